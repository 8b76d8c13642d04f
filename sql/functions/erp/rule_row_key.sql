CREATE OR REPLACE FUNCTION erp.rule_row_key(
    relation oid,
    record jsonb
)
RETURNS jsonb
LANGUAGE sql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT jsonb_object_agg(a.attname, record -> a.attname)
    FROM pg_index AS i
    JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = relation
    AND i.indisprimary
$function$;

COMMENT ON FUNCTION erp.rule_row_key(oid, jsonb) IS 'The primary key in a row of a table, or NULL where the table has none.';

ALTER FUNCTION erp.rule_row_key(oid, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_row_key(oid, jsonb) FROM PUBLIC;
