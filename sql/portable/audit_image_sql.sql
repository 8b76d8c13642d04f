CREATE OR REPLACE FUNCTION erp.audit_image_sql(p_columns text[], p_types text[])
RETURNS text
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
SELECT format(
    '''RI1''::bytea || int2send(%s::smallint) || %s', cardinality(p_columns),
    string_agg(erp.audit_value_sql(format('r.%I', c.name), c.type), ' || ' ORDER BY c.place))
FROM unnest(p_columns, p_types) WITH ORDINALITY AS c (name, type, place)
$function$;
COMMENT ON FUNCTION erp.audit_image_sql(text[], text[]) IS
'SQL of the image of a row over the row alias r, by the columns of a layout.';
ALTER FUNCTION erp.audit_image_sql(text[], text[]) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_image_sql(text[], text[]) FROM PUBLIC;
