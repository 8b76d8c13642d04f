-- Its plan is dear by estimate, its work small: compiling the plan would take a hundred times as long.
-- A path of one key connects by it; what is reached by more keys, or inside a quantifier, is locked as a whole.
-- Every table that the engine reads (agent.constraint_dependencies) is here: one that is not found by its names is read whole.
CREATE OR REPLACE FUNCTION erp.rule_derive_reads(
    constraint_id bigint,
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
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $function$
#variable_conflict use_column
BEGIN
    -- in PL/pgSQL only for the plan that it keeps
    RETURN QUERY
    WITH RECURSIVE quantifiers AS MATERIALIZED (
        SELECT * FROM erp.rule_quantifiers(ast, target)
    ),
    names AS (
        -- the row's own names, and those that begin with an alias; one that is a column too may be either
        SELECT target AS relation, string_to_array(name, '.')::name[] AS steps, true AS own
        FROM unnest(erp.rule_names(ast)) AS name
        WHERE split_part(name, '.', 1) NOT IN (SELECT q.alias FROM quantifiers AS q WHERE q.alias IS NOT NULL)
        OR EXISTS (SELECT FROM erp.rule_foreign_key(target, split_part(name, '.', 1)))
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
    by_name AS (
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
    ),
    reads AS (
        SELECT * FROM by_name
        UNION ALL
        SELECT CASE d.via WHEN 'path' THEN 'path' ELSE 'quantifier' END, d.relation, d.column_name, '{}', '{}', '{}'
        FROM agent.constraint_dependencies AS d
        WHERE d.constraint_id = rule_derive_reads.constraint_id
        AND d.via <> 'row'
        AND NOT EXISTS (
            SELECT
            FROM by_name AS n
            WHERE n.relation = d.relation
            AND (d.column_name IN ('', n.column_name) OR d.column_name = ANY (n.inner_columns))
        )
        AND NOT EXISTS (SELECT FROM walk AS w WHERE w.relation = d.relation AND w.key_column = d.column_name)
    )
    SELECT
        r.kind, r.relation,
        ARRAY(
            SELECT DISTINCT column_name
            FROM unnest(array_agg(r.column_name) || r.inner_columns) AS column_name
            JOIN pg_attribute AS a ON a.attrelid = r.relation AND a.attname = column_name
            ORDER BY column_name
        ),
        r.path, r.inner_columns, r.outer_columns,
        NOT EXISTS (SELECT FROM names AS n WHERE n.own AND n.steps[1] <> ALL (r.outer_columns))
        AND NOT EXISTS (
            SELECT
            FROM agent.constraint_dependencies AS d
            WHERE d.constraint_id = rule_derive_reads.constraint_id
            AND d.via = 'row'
            AND d.column_name <> ALL (r.outer_columns)
        )
    FROM reads AS r
    GROUP BY r.kind, r.relation, r.path, r.inner_columns, r.outer_columns
    ORDER BY r.kind, r.relation::text, r.path, r.outer_columns;
END
$function$;
COMMENT ON FUNCTION erp.rule_derive_reads(bigint, jsonb, regclass) IS
'What a rule reads beside the row it judges, and by which columns it is connected to that row.';
ALTER FUNCTION erp.rule_derive_reads(bigint, jsonb, regclass) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_derive_reads(bigint, jsonb, regclass) FROM PUBLIC;
