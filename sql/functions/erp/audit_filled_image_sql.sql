-- A column younger than the layout must hold what it was filled with, or the image is NULL. It is NULL, too, when the table has
-- lost a column of the layout.
CREATE OR REPLACE FUNCTION erp.audit_filled_image_sql(p_target regclass, p_layout_id bigint)
RETURNS text
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
SELECT CASE
    WHEN (
        SELECT count(*)
        FROM pg_attribute AS a
        WHERE a.attrelid = p_target
        AND a.attname = ANY (y.columns)
        AND a.attnum > 0
    ) < cardinality(y.columns) THEN 'NULL::bytea'
    WHEN younger.conditions IS NULL THEN erp.audit_image_sql(y.columns, y.types)
    ELSE format('CASE WHEN %s THEN %s END', younger.conditions, erp.audit_image_sql(y.columns, y.types))
END
FROM erp.audit_layouts AS y
CROSS JOIN LATERAL (
    SELECT string_agg(format('r.%I::text IS NOT DISTINCT FROM %L::%s::text', a.attname, CASE
        WHEN a.atthasmissing THEN (a.attmissingval::text::text[])[1]
        ELSE (
            SELECT f.fills[array_position(f.columns, a.attname::text)]
            FROM erp.audit_layouts AS f
            WHERE f.table_name = y.table_name
            AND a.attname = ANY (f.columns)
            ORDER BY f.layout_id
            LIMIT 1
        )
    END, format_type(a.atttypid, a.atttypmod)), ' AND ') AS conditions
    FROM pg_attribute AS a
    WHERE a.attrelid = p_target
    AND a.attnum > 0
    AND NOT a.attisdropped
    AND NOT a.attname = ANY (y.columns)
) AS younger
WHERE y.layout_id = p_layout_id
$function$;
COMMENT ON FUNCTION erp.audit_filled_image_sql(regclass, bigint) IS
'SQL of the image of a row over the row alias r, by a layout that may be older than the table.';
ALTER FUNCTION erp.audit_filled_image_sql(regclass, bigint) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_filled_image_sql(regclass, bigint) FROM PUBLIC;
