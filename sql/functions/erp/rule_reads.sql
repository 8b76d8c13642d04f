-- The names of a condition that lead somewhere: a column of the table, or a path through single-column foreign keys.
CREATE OR REPLACE FUNCTION erp.rule_reads(
    target regclass,
    operation text,
    ast jsonb
)
RETURNS TABLE (
    relation regclass,
    column_name name,
    via text
)
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
    WITH RECURSIVE named AS (
        SELECT DISTINCT regexp_replace(coalesce(
            CASE jsonb_typeof(node -> 'var') WHEN 'array' THEN node -> 'var' ->> 0 ELSE node ->> 'var' END,
            node ->> 'field', node ->> 'path', node ->> 'name'
        ), '^(new|old)[.]', '') AS path
        FROM jsonb_path_query(ast, 'strict $.** ? (exists(@.var) || exists(@.field) || @.type == "field")') AS node
    ),
    step AS (
        SELECT
            string_to_array(named.path, '.') AS steps,
            1 AS number,
            target::oid AS relation
        FROM named
        UNION ALL
        SELECT
            step.steps,
            step.number + 1,
            k.confrelid
        FROM step
        JOIN pg_attribute AS a ON a.attrelid = step.relation AND a.attname = step.steps[step.number]
        JOIN pg_constraint AS k ON k.conrelid = step.relation AND k.contype = 'f' AND k.conkey = ARRAY[a.attnum]
        WHERE cardinality(step.steps) > step.number
    )
    SELECT DISTINCT
        a.attrelid::regclass,
        a.attname,
        CASE step.number WHEN 1 THEN 'row' ELSE 'path' END
    FROM step
    JOIN pg_attribute AS a ON a.attrelid = step.relation AND a.attname = step.steps[step.number]
    WHERE a.attnum > 0
    AND NOT a.attisdropped
$function$;
COMMENT ON FUNCTION erp.rule_reads(regclass, text, jsonb) IS
'Every column that a condition reads: of its own table (row), and of those its paths lead to (path).';
ALTER FUNCTION erp.rule_reads(regclass, text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_reads(regclass, text, jsonb) FROM PUBLIC;
