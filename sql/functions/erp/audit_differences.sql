CREATE OR REPLACE FUNCTION erp.audit_differences(p_layout_id bigint, p_leaf bytea, p_live bytea, p_places integer[] DEFAULT NULL)
RETURNS text
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
SELECT CASE WHEN p_live IS NULL THEN 'a column younger than the leaf' ELSE
    string_agg(CASE coalesce(a.part, b.part) WHEN 0 THEN '' ELSE format('leg %s ', coalesce(a.part, b.part)) END || coalesce(
        CASE coalesce(a.part, b.part) WHEN 0 THEN y.columns[coalesce(a.place, b.place)] ELSE (
            SELECT g.columns[coalesce(a.place, b.place)]
            FROM erp.audit_layouts AS g
            WHERE g.table_name = 'erp.journal_entries'
            ORDER BY g.layout_id DESC
            LIMIT 1
        ) END, 'column ' || coalesce(a.place, b.place)), ', ' ORDER BY coalesce(a.part, b.part), coalesce(a.place, b.place))
END
FROM erp.audit_values(p_leaf) AS a
FULL JOIN (
    SELECT l.part, coalesce(p_places[l.place], l.place) AS place, l.value
    FROM erp.audit_values(p_live) AS l
) AS b ON b.part = a.part AND b.place = a.place
LEFT JOIN erp.audit_layouts AS y ON y.layout_id = p_layout_id
WHERE a.value IS DISTINCT FROM b.value
AND (p_places IS NULL OR coalesce(a.place, b.place) = ANY (p_places))
$function$;
COMMENT ON FUNCTION erp.audit_differences(bigint, bytea, bytea, integer[]) IS
'Names of the columns in which two images of a layout differ; of these places alone, where the second has no others.';
ALTER FUNCTION erp.audit_differences(bigint, bytea, bytea, integer[]) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_differences(bigint, bytea, bytea, integer[]) FROM PUBLIC;
