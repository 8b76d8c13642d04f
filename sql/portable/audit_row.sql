CREATE OR REPLACE FUNCTION erp.audit_row()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET datestyle = 'ISO, YMD'
SET intervalstyle = 'postgres'
SET extra_float_digits = 1
SET bytea_output = 'hex'
SET quote_all_identifiers = 'off'
SET timezone = 'UTC'
AS $function$
DECLARE
    v_target CONSTANT regclass := TG_RELID;
    v_table CONSTANT text := TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME;
    v_key_sql CONSTANT text := erp.audit_key_sql(TG_RELID);
    v_layout CONSTANT bigint := erp.audit_layout(TG_RELID);
    v_read text;
    v_image bytea;
    v_old_key text;
    v_old_image bytea;
    v_key text;
    v_outcome text := 'ok';
    v_is_last boolean;
BEGIN
    -- @plpgsql_check_options: security_warnings = off
    IF TG_OP = 'UPDATE' THEN
        IF NEW *= OLD THEN
            RETURN NULL;
        END IF;
    END IF;
    -- Dynamic because columns and key are data; all names are quoted by the functions that make these texts.
    SELECT format('SELECT %s, %s FROM (SELECT ($1).*) AS r', v_key_sql, erp.audit_image_sql(y.columns, y.types))
    INTO v_read
    FROM erp.audit_layouts AS y
    WHERE y.layout_id = v_layout;
    IF TG_OP <> 'INSERT' THEN
        EXECUTE v_read INTO v_old_key, v_old_image USING OLD;
    END IF;
    IF TG_OP = 'DELETE' THEN
        PERFORM erp.audit_write(coalesce(TG_ARGV[0], 'row'), v_table, v_old_key, TG_OP, v_old_image, v_target);
        RETURN NULL;
    END IF;

    EXECUTE v_read INTO v_key, v_image USING NEW;
    -- A row that was changed again before its turn came has its leaf from that change.
    EXECUTE format('SELECT EXISTS (SELECT FROM %s AS r WHERE %s = $1 AND r *= $2)', v_target, v_key_sql) INTO v_is_last USING v_key, NEW;
    IF NOT v_is_last THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND v_old_key <> v_key THEN
        PERFORM erp.audit_write(coalesce(TG_ARGV[0], 'row'), v_table, v_old_key, 'DELETE', v_old_image, v_target);
    END IF;
    IF TG_NARGS > 1 THEN
        EXECUTE format('SELECT coalesce(($1).%I, %L)', TG_ARGV[1], 'ok') INTO v_outcome USING NEW;
    END IF;
    PERFORM erp.audit_write(coalesce(TG_ARGV[0], 'row'), v_table, v_key, TG_OP, v_image, v_target, v_outcome);
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.audit_row() IS
'Row trigger of every audited table, the first after the write: writes the leaf of the row. Arguments: kind, column of the outcome.';
ALTER FUNCTION erp.audit_row() OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_row() FROM PUBLIC;
