CREATE OR REPLACE FUNCTION erp.audit_journal(p_transaction_id bigint)
RETURNS bytea
LANGUAGE plpgsql
STABLE
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
    v_header record;
    v_leg record;
    v_image bytea;
BEGIN
    -- @plpgsql_check_options: security_warnings = off
    SELECT * INTO v_header FROM erp.audit_layouts AS y WHERE y.layout_id = erp.audit_layout('erp.financial_transactions');
    SELECT * INTO v_leg FROM erp.audit_layouts AS y WHERE y.layout_id = erp.audit_layout('erp.journal_entries');
    -- Dynamic because the columns are data; names are quoted by erp.audit_image_sql.
    EXECUTE format(
        'SELECT %L::bytea || %s || (SELECT int4send(count(*)::integer) || coalesce(string_agg(%L::bytea || %s, ''''::bytea ORDER BY r.entry_id), '''')'
        ' FROM erp.journal_entries AS r WHERE r.transaction_id = $1)'
        ' FROM erp.financial_transactions AS r WHERE r.transaction_id = $1',
        'TX1'::bytea || v_header.layout_hash, erp.audit_image_sql(v_header.columns, v_header.types),
        v_leg.layout_hash, erp.audit_image_sql(v_leg.columns, v_leg.types))
    INTO v_image
    USING p_transaction_id;
    RETURN v_image;
END
$function$;
COMMENT ON FUNCTION erp.audit_journal(bigint) IS
'The image of a posted journal with its legs.';
ALTER FUNCTION erp.audit_journal(bigint) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_journal(bigint) FROM PUBLIC;
