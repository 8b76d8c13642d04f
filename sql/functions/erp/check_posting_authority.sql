CREATE OR REPLACE FUNCTION erp.check_posting_authority(p_transaction_id bigint)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_limit numeric := (erp.actor() ->> 'financial_authority_limit')::numeric;
    v_amount numeric;
BEGIN
    SELECT sum(base_amount) INTO v_amount
    FROM erp.journal_entries
    WHERE transaction_id = p_transaction_id
    AND NOT is_credit_entry;
    IF v_amount > v_limit THEN
        RAISE EXCEPTION 'journal of % is above the authority of %', v_amount, v_limit
            USING ERRCODE = 'RP504', DETAIL = jsonb_build_object('amount', v_amount, 'limit', v_limit, 'gap', v_amount - v_limit)::text,
            HINT = 'ask a person with a higher limit to post it', TABLE = 'financial_transactions', SCHEMA = 'erp';
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.check_posting_authority(bigint) IS
'Refuses a manual journal whose debits exceed, in base currency, what the acting agent or person may commit (RP504). Roles that are neither have no limit of their own.';
ALTER FUNCTION erp.check_posting_authority(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.check_posting_authority(bigint) FROM PUBLIC;
