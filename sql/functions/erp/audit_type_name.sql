CREATE OR REPLACE FUNCTION erp.audit_type_name(p_type oid)
RETURNS text
LANGUAGE sql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
WITH RECURSIVE behind AS (
    SELECT p_type AS type_id
    UNION ALL
    SELECT t.typbasetype
    FROM behind AS b
    INNER JOIN pg_type AS t ON t.oid = b.type_id
    WHERE t.typtype = 'd'
)
SELECT CASE n.nspname WHEN 'pg_catalog' THEN t.typname ELSE format('%s.%s', n.nspname, t.typname) END
FROM behind AS b
INNER JOIN pg_type AS t ON t.oid = b.type_id
INNER JOIN pg_namespace AS n ON n.oid = t.typnamespace
WHERE t.typtype <> 'd'
$function$;
COMMENT ON FUNCTION erp.audit_type_name(oid) IS
'Name of the base type of a column, whatever the search_path is: qualified unless of pg_catalog.';
ALTER FUNCTION erp.audit_type_name(oid) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_type_name(oid) FROM PUBLIC;
