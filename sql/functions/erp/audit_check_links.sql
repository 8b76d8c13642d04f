CREATE OR REPLACE FUNCTION erp.audit_check_links()
RETURNS TABLE (kind text, "position" bigint, leaf_id bigint, table_name text, record_key text, reason text)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $function$
SELECT
    'link', NULL::bigint, l.leaf_id, l.table_name, l.record_key,
    format('it names leaf %s as the one before it of its record, which is %s', coalesce(l.previous::text, 'none'), coalesce(l.before::text, 'none'))
FROM (
    SELECT
        a.leaf_id, a.table_name, a.record_key, a.previous,
        lag(a.leaf_id) OVER (PARTITION BY a.table_name, a.record_key ORDER BY a.leaf_id) AS before
    FROM erp.audit_ledger AS a
    WHERE a.record_key IS NOT NULL
    AND a.table_name IS NOT NULL
) AS l
WHERE l.previous IS DISTINCT FROM l.before
$function$;
COMMENT ON FUNCTION erp.audit_check_links() IS
'Leaves that do not name the leaf before them of their record: one between was removed, or put in.';
ALTER FUNCTION erp.audit_check_links() OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_check_links() FROM PUBLIC;
