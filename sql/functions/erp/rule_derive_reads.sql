-- Its plan is dear by estimate, its work small: compiling the plan would take a hundred times as long.
-- A path of one key connects by it; what is reached by more keys, or inside a quantifier, is locked as a whole.
CREATE OR REPLACE FUNCTION erp.rule_derive_reads(
    ast jsonb,
    target regclass
)
RETURNS TABLE (
    kind text,
    relation regclass,
    columns name[],
    path name[],
    inner_columns name[],
    outer_columns name[],
    any_row boolean
)
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $function$
WITH RECURSIVE quantifiers AS MATERIALIZED (
    SELECT * FROM erp.rule_quantifiers(ast, target)
),
names AS (
    -- the row's own names, and those that begin with an alias
    SELECT target AS relation, string_to_array(name, '.')::name[] AS steps, true AS own
    FROM unnest(erp.rule_names(ast)) AS name
    WHERE split_part(name, '.', 1) NOT IN (SELECT q.alias FROM quantifiers AS q WHERE q.alias IS NOT NULL)
    UNION
    SELECT q.relation, (string_to_array(name, '.')::name[])[2:], false
    FROM quantifiers AS q
    CROSS JOIN unnest(erp.rule_names(q.body)) AS name
    WHERE split_part(name, '.', 1) = q.alias
),
walk AS (
    SELECT n.own, n.steps, k.target AS relation, 1 AS depth, k.key_column
    FROM names AS n
    CROSS JOIN LATERAL erp.rule_foreign_key(n.relation, n.steps[1]) AS k
    WHERE cardinality(n.steps) > 1
    UNION ALL
    SELECT w.own, w.steps, k.target, w.depth + 1, k.key_column
    FROM walk AS w
    CROSS JOIN LATERAL erp.rule_foreign_key(w.relation, w.steps[w.depth + 1]) AS k
    WHERE cardinality(w.steps) > w.depth + 1
),
reads AS (
    SELECT
        'path' AS kind, w.relation, w.steps[w.depth + 1] AS column_name,
        CASE WHEN w.own THEN w.steps[:w.depth] ELSE '{}' END AS path,
        CASE WHEN c.connects THEN ARRAY[w.key_column] ELSE '{}' END AS inner_columns,
        CASE WHEN c.connects THEN w.steps[:1] ELSE '{}' END AS outer_columns
    FROM walk AS w
    CROSS JOIN LATERAL (
        SELECT w.own AND w.depth = 1 AND count(DISTINCT erp.rule_key_class(a.atttypid)) = 1 AND count(erp.rule_key_class(a.atttypid)) = 2 AS connects
        FROM pg_attribute AS a
        WHERE (a.attrelid, a.attname) IN ((target, w.steps[1]), (w.relation, w.key_column))
    ) AS c
    UNION ALL
    SELECT 'quantifier', q.relation, split_part(name, '.', 2)::name, '{}', q.inner_columns, q.outer_columns
    FROM quantifiers AS q
    LEFT JOIN LATERAL unnest(erp.rule_names(q.body)) AS name ON split_part(name, '.', 1) = q.alias
)
SELECT
    r.kind, r.relation,
    ARRAY(
        SELECT DISTINCT column_name
        FROM unnest(array_agg(r.column_name) || r.inner_columns) AS column_name
        WHERE column_name <> ''
        ORDER BY column_name
    ),
    r.path, r.inner_columns, r.outer_columns,
    NOT EXISTS (SELECT FROM names AS n WHERE n.own AND n.steps[1] <> ALL (r.outer_columns))
FROM reads AS r
GROUP BY r.kind, r.relation, r.path, r.inner_columns, r.outer_columns
ORDER BY r.kind, r.relation::text, r.path, r.outer_columns
$function$;
COMMENT ON FUNCTION erp.rule_derive_reads(jsonb, regclass) IS
'What a rule reads beside the row it judges, and by which columns it is connected to that row.';
ALTER FUNCTION erp.rule_derive_reads(jsonb, regclass) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_derive_reads(jsonb, regclass) FROM PUBLIC;
