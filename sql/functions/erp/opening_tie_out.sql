CREATE OR REPLACE FUNCTION erp.opening_tie_out()
RETURNS TABLE (control text, sub_ledger numeric, general_ledger numeric, difference numeric)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN QUERY
    WITH ledger AS (
        SELECT b.account_code, b.balance FROM erp.trial_balance() AS b
    ), side AS (
        SELECT '1100 receivables' AS control, COALESCE((SELECT sum(c.current_balance) FROM erp.customers AS c), 0) AS sub_ledger, '1100' AS code
        UNION ALL
        SELECT '1200 inventory', COALESCE((SELECT sum(l.value_remaining) FROM erp.cost_layers AS l), 0), '1200'
        UNION ALL
        SELECT '2000 payables', -COALESCE((SELECT sum(a.total) FROM erp.ap_ageing() AS a), 0), '2000'
        UNION ALL
        SELECT 'all accounts sum to zero', COALESCE((SELECT sum(b.balance) FROM ledger AS b), 0), NULL
    )
    SELECT
        s.control, s.sub_ledger, COALESCE((SELECT b.balance FROM ledger AS b WHERE b.account_code = s.code), 0),
        s.sub_ledger - COALESCE((SELECT b.balance FROM ledger AS b WHERE b.account_code = s.code), 0)
    FROM side AS s;
END
$function$;
COMMENT ON FUNCTION erp.opening_tie_out() IS
'Sub-ledgers beside their control accounts; after an import every difference must be 0.';
ALTER FUNCTION erp.opening_tie_out() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.opening_tie_out() FROM PUBLIC;
