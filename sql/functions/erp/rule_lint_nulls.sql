-- Which nulls leave a rule unknown. One test of a column, or of a key on the way to it, tells that the author thought of it.
CREATE OR REPLACE FUNCTION erp.rule_lint_nulls(
    parent int[],
    first_child int[],
    at text[],
    op text[],
    name text[],
    value jsonb[],
    fact jsonb[]
)
RETURNS TABLE (
    severity text,
    path text,
    code text,
    message text
)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    tested text[] := '{}';
    told text[] := '{}';
    nulls int[] := '{}';
    a int;
BEGIN
    -- a rule that is one column and nothing else
    IF fact[1] @> '{"not_null": false}' THEN
        nulls := '{1}';
    END IF;
    FOR i IN 2..cardinality(op) LOOP
        CONTINUE WHEN name[i] IS NULL;
        a := first_child[parent[i]];
        IF op[parent[i]] IN ('is_null', 'is_not_null', 'coalesce', '===', '!==')
            OR op[parent[i]] IN ('==', '!=') AND 'null' IN (value[a], value[a + 1]) THEN
            tested := tested || CASE WHEN starts_with(name[i], 'old.') THEN 'old' ELSE name[i] END;
        ELSIF fact[i] @> '{"not_null": false, "inner_row": false}' AND NOT name[i] = ANY (told) THEN
            told := told || name[i];
            nulls := nulls || i;
        END IF;
    END LOOP;
    FOREACH a IN ARRAY nulls LOOP
        CONTINUE WHEN EXISTS (SELECT FROM unnest(tested) AS x WHERE name[a] = x OR starts_with(name[a], x || '.'));
        RETURN QUERY VALUES ('info', at[a], 'nullable', format(
            '%s may be null, which leaves the rule unknown (RP111) unless on_unknown is allow; is_null or coalesce say what is meant', name[a]
        ));
    END LOOP;
END
$function$;
COMMENT ON FUNCTION erp.rule_lint_nulls(int[], int[], text[], text[], text[], jsonb[], jsonb[]) IS
'The columns of the row whose nulls leave a rule unknown, and of which it nowhere asks.';
ALTER FUNCTION erp.rule_lint_nulls(int[], int[], text[], text[], text[], jsonb[], jsonb[]) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_lint_nulls(int[], int[], text[], text[], text[], jsonb[], jsonb[]) FROM PUBLIC;
