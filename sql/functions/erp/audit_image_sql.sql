CREATE OR REPLACE FUNCTION erp.audit_image_sql(p_columns text[], p_types text[])
RETURNS text
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
SELECT CASE WHEN cardinality(p_types) IS NOT NULL THEN format('erp.audit_image(r, %L::text[])', p_columns) END
$function$;
COMMENT ON FUNCTION erp.audit_image_sql(text[], text[]) IS
'SQL of the image of a row over the row alias r, by the columns of a layout.';
ALTER FUNCTION erp.audit_image_sql(text[], text[]) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_image_sql(text[], text[]) FROM PUBLIC;
