-- One row per record: its key, and the images it may have. A posted journal is one record with its legs; which layout the legs
-- had when it was posted is not told by its leaf, so there is an image for each.
CREATE OR REPLACE FUNCTION erp.audit_images_sql(p_target regclass, p_layout_id bigint)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_key CONSTANT text := erp.audit_key_sql(p_target);
    v_row CONSTANT text := erp.audit_filled_image_sql(p_target, p_layout_id);
    v_hash bytea;
    v_images text;
    v_parts text;
BEGIN
    IF p_target <> to_regclass('erp.financial_transactions') THEN
        RETURN format('SELECT %s AS record_key, ARRAY[%s] AS images FROM %s AS r', v_key, v_row, p_target);
    END IF;
    SELECT y.layout_hash INTO v_hash FROM erp.audit_layouts AS y WHERE y.layout_id = p_layout_id;
    SELECT
        string_agg(format('%L::bytea || %s || int4send(coalesce(l.legs, 0)) || coalesce(l.legs_%s, %L)',
            'TX1'::bytea || v_hash, v_row, y.layout_id, ''), ', '),
        string_agg(format('string_agg(%L::bytea || %s, ''''::bytea ORDER BY r.entry_id) AS legs_%s',
            y.layout_hash, erp.audit_filled_image_sql('erp.journal_entries', y.layout_id), y.layout_id), ', ')
    INTO v_images, v_parts
    FROM erp.audit_layouts AS y
    WHERE y.table_name = 'erp.journal_entries'
    AND y.layout_hash = erp.audit_layout_hash(y.table_name, y.columns, y.types);
    RETURN format(
        'SELECT %s AS record_key, ARRAY[%s] AS images FROM erp.financial_transactions AS r LEFT JOIN ('
        'SELECT r.transaction_id AS id, count(*)::integer AS legs, %s FROM erp.journal_entries AS r GROUP BY r.transaction_id'
        ') AS l ON l.id = r.transaction_id',
        v_key, v_images, v_parts);
END
$function$;
COMMENT ON FUNCTION erp.audit_images_sql(regclass, bigint) IS
'SQL of key and images of every row of an audited table, by a layout of it.';
ALTER FUNCTION erp.audit_images_sql(regclass, bigint) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_images_sql(regclass, bigint) FROM PUBLIC;
