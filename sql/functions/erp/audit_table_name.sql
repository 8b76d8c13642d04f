CREATE OR REPLACE FUNCTION erp.audit_table_name(p_target regclass)
RETURNS text
LANGUAGE sql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
SELECT format('%s.%s', n.nspname, c.relname)
FROM pg_class AS c
INNER JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.oid = p_target
$function$;
COMMENT ON FUNCTION erp.audit_table_name(regclass) IS
'Name of a table as leaves have it: schema and name, unquoted.';
ALTER FUNCTION erp.audit_table_name(regclass) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_table_name(regclass) FROM PUBLIC;
