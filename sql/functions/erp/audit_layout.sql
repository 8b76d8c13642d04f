-- A column added with a constant default is not stored in the rows that were there: their value is kept with the layout.
CREATE OR REPLACE FUNCTION erp.audit_layout(p_target regclass)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET datestyle = 'ISO, YMD'
SET intervalstyle = 'postgres'
SET timezone = 'UTC'
SET quote_all_identifiers = 'off'
AS $function$
DECLARE
    v_table CONSTANT text := erp.audit_table_name(p_target);
    v_columns text[];
    v_types text[];
    v_fills text[];
    v_hash bytea;
    v_layout_id bigint;
BEGIN
    SELECT
        array_agg(a.attname::text ORDER BY a.attnum),
        array_agg(erp.audit_type_name(a.atttypid) ORDER BY a.attnum),
        array_agg(CASE WHEN a.atthasmissing THEN (a.attmissingval::text::text[])[1] END ORDER BY a.attnum)
    INTO v_columns, v_types, v_fills
    FROM pg_attribute AS a
    WHERE a.attrelid = p_target
    AND a.attnum > 0
    AND NOT a.attisdropped;
    v_hash := erp.audit_layout_hash(v_table, v_columns, v_types);

    SELECT layout_id INTO v_layout_id FROM erp.audit_layouts WHERE layout_hash = v_hash;
    IF v_layout_id IS NULL THEN
        INSERT INTO erp.audit_layouts (table_name, columns, types, fills, layout_hash)
        VALUES (v_table, v_columns, v_types, v_fills, v_hash)
        ON CONFLICT (layout_hash) DO NOTHING;
        SELECT layout_id INTO v_layout_id FROM erp.audit_layouts WHERE layout_hash = v_hash;
    END IF;
    RETURN v_layout_id;
END
$function$;
COMMENT ON FUNCTION erp.audit_layout(regclass) IS
'The layout of a table as it is now; made when it is new.';
ALTER FUNCTION erp.audit_layout(regclass) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_layout(regclass) FROM PUBLIC;
