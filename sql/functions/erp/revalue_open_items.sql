CREATE OR REPLACE FUNCTION erp.revalue_open_items(company_id bigint, as_of date)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    PERFORM erp.require_controller('revalue open items');
    -- The period stays as it is meanwhile, and of two revaluations the second sees the first.
    PERFORM
    FROM erp.fiscal_periods AS p
    WHERE p.company_id = revalue_open_items.company_id
    AND as_of BETWEEN p.starts_on AND p.ends_on
    FOR UPDATE;
    RETURN erp.revaluation_of(company_id, as_of);
END
$function$;
COMMENT ON FUNCTION erp.revalue_open_items(bigint, date) IS
'The unrealised exchange result of open receivables and payables at the rates of a day, posted on it and taken back the day after; controllers only. The control accounts stay as they are. Returns the transaction_id, NULL when nothing is to post. RP212 without a rate. Locks the period.';
ALTER FUNCTION erp.revalue_open_items(bigint, date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.revalue_open_items(bigint, date) FROM PUBLIC;
