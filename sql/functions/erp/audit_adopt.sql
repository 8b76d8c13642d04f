CREATE OR REPLACE FUNCTION erp.audit_adopt(p_target regclass)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
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
    v_layout CONSTANT bigint := erp.audit_layout(p_target);
    v_legs CONSTANT bigint := CASE p_target WHEN to_regclass('erp.financial_transactions') THEN erp.audit_layout('erp.journal_entries') END;
    v_written bigint;
BEGIN
    -- @plpgsql_check_options: security_warnings = off
    -- Dynamic because the columns are data; names are quoted by erp.audit_images_sql.
    EXECUTE format(
        'SELECT count(erp.audit_write(%L, %L, v.record_key, ''INSERT'', v.images[%s], %L::regclass)) FROM (%s) AS v',
        CASE WHEN v_legs IS NULL THEN 'row' ELSE 'transaction' END, erp.audit_table_name(p_target),
        CASE WHEN v_legs IS NULL THEN 1 ELSE (
            SELECT count(*)
            FROM erp.audit_layouts AS y
            WHERE y.table_name = 'erp.journal_entries'
            AND y.layout_id <= v_legs
        ) END,
        p_target, erp.audit_images_sql(p_target, v_layout))
    INTO v_written;
    RETURN v_written;
END
$function$;
COMMENT ON FUNCTION erp.audit_adopt(regclass) IS
'Writes a leaf of every row of a table that comes under audit with rows in it; returns how many.';
ALTER FUNCTION erp.audit_adopt(regclass) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_adopt(regclass) FROM PUBLIC;
