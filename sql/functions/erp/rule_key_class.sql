CREATE OR REPLACE FUNCTION erp.rule_key_class(type oid)
RETURNS text
LANGUAGE sql
STABLE
PARALLEL SAFE
STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT CASE
        WHEN type IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype) THEN 'number'
        WHEN type IN ('text'::regtype, 'varchar'::regtype) THEN 'text'
        WHEN type IN ('uuid'::regtype, 'date'::regtype, 'bool'::regtype) THEN format_type(type, NULL)
    END
$function$;
COMMENT ON FUNCTION erp.rule_key_class(oid) IS
'The class of types by whose values rows are connected and locked; NULL for a type that is not used for that.';
ALTER FUNCTION erp.rule_key_class(oid) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_key_class(oid) FROM PUBLIC;
