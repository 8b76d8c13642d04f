CREATE OR REPLACE FUNCTION erp.audit_image(p_row anyelement, p_columns text[] DEFAULT NULL)
RETURNS bytea
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET datestyle = 'ISO, YMD'
SET intervalstyle = 'postgres'
SET extra_float_digits = 1
SET bytea_output = 'hex'
SET quote_all_identifiers = 'off'
SET timezone = 'UTC'
AS $function$
DECLARE
    v_columns text[];
    v_types text[];
    v_image bytea;
BEGIN
    -- @plpgsql_check_options: security_warnings = off
    SELECT array_agg(a.attname::text ORDER BY o.place), array_agg(erp.audit_type_name(a.atttypid) ORDER BY o.place)
    INTO v_columns, v_types
    FROM pg_type AS t
    INNER JOIN pg_attribute AS a ON a.attrelid = t.typrelid
    CROSS JOIN LATERAL (SELECT coalesce(array_position(p_columns, a.attname::text), a.attnum::integer) AS place) AS o
    WHERE t.oid = pg_typeof(p_row)
    AND a.attnum > 0
    AND NOT a.attisdropped
    AND (p_columns IS NULL OR a.attname = ANY (p_columns));
    -- Dynamic because the columns are data; names are quoted by erp.audit_image_sql.
    EXECUTE format('SELECT %s FROM (SELECT ($1).*) AS r', erp.audit_image_sql(v_columns, v_types)) INTO v_image USING p_row;
    RETURN v_image;
END
$function$;
COMMENT ON FUNCTION erp.audit_image(anyelement, text[]) IS
'The image of a row in the audit format: all its columns, or those named.';
ALTER FUNCTION erp.audit_image(anyelement, text[]) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_image(anyelement, text[]) FROM PUBLIC;
