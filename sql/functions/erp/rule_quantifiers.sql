-- An inner column and an outer one are a pair when the condition of the quantifier asks, by ==, that they are equal. Only
-- pairs of plain types count: what is found by them must be what the engine finds.
CREATE OR REPLACE FUNCTION erp.rule_quantifiers(
    ast jsonb,
    target regclass
)
RETURNS TABLE (
    relation regclass,
    alias text,
    body jsonb,
    inner_columns name[],
    outer_columns name[]
)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
    -- in PL/pgSQL only for the plan that it keeps
    RETURN QUERY
    WITH quantifiers AS (
        SELECT
            row_number() OVER () AS n,
            erp.rule_target(q.value ->> 'in') AS relation,
            q.value ->> 'as' AS alias,
            q.value AS body,
            CASE WHEN jsonb_typeof(q.value -> 'where' -> 'and') = 'array' THEN q.value -> 'where' -> 'and' ELSE jsonb_build_array(q.value -> 'where') END AS conjuncts
        FROM jsonb_path_query(ast, 'strict $.** ? (exists(@.in) && @.in.type() == "string")') AS q (value)
    ),
    sides AS (
        SELECT q.n, q.relation, q.alias, s.value ->> 'var' AS inner_name, o.value ->> 'var' AS outer_name
        FROM quantifiers AS q
        CROSS JOIN jsonb_array_elements(q.conjuncts) AS c
        CROSS JOIN (VALUES (0, 1), (1, 0)) AS turn (a, b)
        CROSS JOIN LATERAL (SELECT coalesce(c -> '==', c -> '=', c -> 'eq') -> turn.a) AS s (value)
        CROSS JOIN LATERAL (SELECT coalesce(c -> '==', c -> '=', c -> 'eq') -> turn.b) AS o (value)
        WHERE jsonb_typeof(s.value) = 'object'
        AND jsonb_typeof(o.value) = 'object'
        AND starts_with(s.value ->> 'var', q.alias || '.')
    ),
    pairs AS (
        SELECT DISTINCT ON (s.n, i.attname) s.n, i.attname AS inner_column, o.attname AS outer_column
        FROM sides AS s
        -- each by index: a join would ask the class of every type in the catalogue
        CROSS JOIN LATERAL (
            SELECT a.attname, erp.rule_key_class(a.atttypid) AS class
            FROM pg_attribute AS a
            WHERE a.attrelid = s.relation
            AND a.attname = substr(s.inner_name, length(s.alias) + 2)
            AND a.attnum > 0
            LIMIT 1
        ) AS i
        CROSS JOIN LATERAL (
            SELECT a.attname, erp.rule_key_class(a.atttypid) AS class
            FROM pg_attribute AS a
            WHERE a.attrelid = target
            AND a.attname = regexp_replace(s.outer_name, '^new\.', '')
            AND a.attnum > 0
            LIMIT 1
        ) AS o
        WHERE i.class = o.class
        AND NOT EXISTS (SELECT FROM quantifiers AS q WHERE q.alias = s.outer_name)
        ORDER BY s.n, i.attname, o.attname
    )
    SELECT q.relation, q.alias, q.body, coalesce(p.inner_columns, '{}'), coalesce(p.outer_columns, '{}')
    FROM quantifiers AS q
    LEFT JOIN (
        SELECT n, array_agg(inner_column ORDER BY inner_column) AS inner_columns, array_agg(outer_column ORDER BY inner_column) AS outer_columns
        FROM pairs
        GROUP BY n
    ) AS p ON p.n = q.n;
END
$function$;
COMMENT ON FUNCTION erp.rule_quantifiers(jsonb, regclass) IS
'The quantifiers of a rule over tables, each with the pairs of columns that connect its rows to the judged row.';
ALTER FUNCTION erp.rule_quantifiers(jsonb, regclass) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_quantifiers(jsonb, regclass) FROM PUBLIC;
