CREATE OR REPLACE FUNCTION erp.audit_check_rows(p_target regclass)
RETURNS TABLE (kind text, at_position bigint, leaf_id bigint, table_name text, record_key text, reason text)
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
SET enable_nestloop = off
SET jit = off
AS $function$
#variable_conflict use_column
DECLARE
    v_table CONSTANT text := erp.audit_table_name(p_target);
    v_layout record;
    v_images text;
    v_payload text;
BEGIN
    -- @plpgsql_check_options: security_warnings = off
    -- A layout that is not what its hash says is a finding of its own, and no measure of anything.
    FOR v_layout IN
        SELECT y.layout_id, kept.columns, kept.types, kept.places, cardinality(kept.columns) < cardinality(y.columns) AS is_reduced
        FROM erp.audit_layouts AS y
        CROSS JOIN LATERAL (
            SELECT array_agg(c.name ORDER BY c.place) AS columns, array_agg(c.type ORDER BY c.place) AS types, array_agg(c.place ORDER BY c.place) AS places
            FROM unnest(y.columns, y.types) WITH ORDINALITY AS c (name, type, place)
            INNER JOIN pg_attribute AS a ON a.attrelid = p_target AND a.attname = c.name AND a.attnum > 0
        ) AS kept
        WHERE y.table_name = v_table
        AND y.layout_hash = erp.audit_layout_hash(y.table_name, y.columns, y.types)
        ORDER BY y.layout_id
    LOOP
        v_images := erp.audit_images_sql(p_target, v_layout.layout_id);
        v_payload := 'd.payload';
        -- Of a layout with columns that the table has no more, the others are compared.
        IF v_layout.is_reduced AND p_target IS DISTINCT FROM to_regclass('erp.financial_transactions') THEN
            v_images := format(
                'SELECT %s AS record_key, ARRAY[%s] AS images FROM %s AS r',
                erp.audit_key_sql(p_target), erp.audit_image_sql(v_layout.columns, v_layout.types), p_target);
            v_payload := format('erp.audit_reduced(d.payload, %L)', v_layout.places);
        END IF;
        -- Dynamic because the columns are data; names are quoted by erp.audit_images_sql.
        RETURN QUERY EXECUTE format(
            $q$
            SELECT
                'row', NULL::bigint, t.leaf_id, %1$L::text, t.record_key,
                CASE WHEN v.record_key IS NULL THEN 'the row is gone'
                    ELSE 'the row is not what its leaf says: ' || erp.audit_differences(%2$s, d.payload, v.images[1], %5$L) END
            FROM (
                SELECT DISTINCT ON (l.record_key) l.record_key, l.leaf_id, l.operation, l.layout_id
                FROM erp.audit_ledger AS l
                WHERE l.table_name = %1$L
                ORDER BY l.record_key, l.leaf_id DESC
            ) AS t
            LEFT JOIN erp.audit_payloads AS d ON d.leaf_id = t.leaf_id
            LEFT JOIN (%3$s) AS v ON v.record_key = t.record_key
            WHERE t.layout_id = %2$s
            AND t.operation <> 'DELETE'
            AND (v.record_key IS NULL OR %4$s = ANY (v.images) IS NOT TRUE)
            $q$, v_table, v_layout.layout_id, v_images, v_payload, CASE WHEN v_layout.is_reduced THEN v_layout.places END);
    END LOOP;
    RETURN QUERY EXECUTE format(
        $q$
        SELECT 'row', NULL::bigint, t.leaf_id, %1$L::text, v.record_key,
            CASE WHEN t.leaf_id IS NULL THEN 'the row has no leaf' ELSE 'the row was deleted, its leaf says' END
        FROM (SELECT %2$s AS record_key FROM %3$s AS r) AS v
        LEFT JOIN (
            SELECT DISTINCT ON (l.record_key) l.record_key, l.leaf_id, l.operation
            FROM erp.audit_ledger AS l
            WHERE l.table_name = %1$L
            ORDER BY l.record_key, l.leaf_id DESC
        ) AS t ON t.record_key = v.record_key
        WHERE t.leaf_id IS NULL
        OR t.operation = 'DELETE'
        $q$, v_table, erp.audit_key_sql(p_target), p_target);
    IF p_target = to_regclass('erp.financial_transactions') THEN
        RETURN QUERY
        SELECT 'row', NULL::bigint, NULL::bigint, 'erp.journal_entries', jsonb_build_array(j.entry_id::text)::text, 'the leg has no header'
        FROM erp.journal_entries AS j
        LEFT JOIN erp.financial_transactions AS t ON t.transaction_id = j.transaction_id
        WHERE t.transaction_id IS NULL;
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.audit_check_rows(regclass) IS
'Rows of an audited table that are not what their last leaf says, are gone, or have none.';
ALTER FUNCTION erp.audit_check_rows(regclass) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_check_rows(regclass) FROM PUBLIC;
