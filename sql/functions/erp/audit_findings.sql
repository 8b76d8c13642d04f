CREATE OR REPLACE FUNCTION erp.audit_findings()
RETURNS TABLE (kind text, "position" bigint, leaf_id bigint, table_name text, record_key text, reason text)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $function$
SELECT * FROM erp.audit_check_chain()
UNION ALL
SELECT * FROM erp.audit_check_batches()
UNION ALL
SELECT * FROM erp.audit_check_unsealed()
UNION ALL
SELECT * FROM erp.audit_check_links()
UNION ALL
SELECT r.*
FROM erp.audited_tables AS a
CROSS JOIN LATERAL erp.audit_check_rows(a.relation) AS r
WHERE a.relation <> 'erp.journal_entries'::regclass
UNION ALL
SELECT 'trigger', NULL, NULL, a.table_name, NULL, 'no leaf is written of its changes: the trigger is missing or disabled'
FROM erp.audited_tables AS a
WHERE NOT EXISTS (
    SELECT
    FROM pg_trigger AS t
    WHERE t.tgrelid = a.relation
    AND t.tgname = '_000_audit'
    AND t.tgenabled = 'A')
$function$;
COMMENT ON FUNCTION erp.audit_findings() IS
'All that is wrong with the audit chain, and every row of an audited table that does not agree with it; no row is well.';
ALTER FUNCTION erp.audit_findings() OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_findings() FROM PUBLIC;
