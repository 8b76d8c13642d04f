-- What the shape of a rule alone tells: no row is needed to see it.
CREATE OR REPLACE FUNCTION erp.rule_lint_shape(
    operation text,
    polarity text,
    parent int[],
    first_child int[],
    children int[],
    at text[],
    op text[],
    name text[],
    value jsonb[],
    fact jsonb[],
    holds boolean[]
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
SET enable_nestloop = off
AS $function$
DECLARE
    limit_name CONSTANT text := 'agent.financial_authority_limit';
    sign int[];
    told CONSTANT text[] := '{/,all}' || CASE WHEN EXISTS (SELECT FROM unnest(fact) AS k WHERE k @> '{"is_float": true}') THEN '{ref}' ELSE '{}' END::text[];
    above text;
    other int;
    before int;
BEGIN
    FOR i IN 2..CASE WHEN op && told THEN cardinality(op) ELSE 0 END LOOP
        CONTINUE WHEN NOT op[i] = ANY (told);
        above := op[parent[i]];
        IF op[i] = '/' AND above IN ('==', '!=', '<', '<=', '>', '>=', '===', '!==', 'between')
            -- a division by such a constant is exact
            AND NOT (op[first_child[i] + 1] = 'literal' AND children[i] = 2
                AND value[first_child[i] + 1] IN ('1', '2', '4', '5', '8', '10', '16', '20', '25', '40', '50', '100', '1000', '10000')) THEN
            RETURN QUERY VALUES ('warning', at[i], 'division_compared',
                'a quotient is rounded to the scale of numeric, so comparing it may be off by the last digit; multiply the other side, or round');
        ELSIF op[i] = 'all' THEN
            RETURN QUERY VALUES ('warning', at[i], 'empty_all', 'all of an empty list is false, as in JsonLogic; forall is true of one');
        ELSIF above IN ('==', '!=', '===', '!==') AND op[i] = 'ref' AND fact[i] @> '{"is_float": true}' THEN
            other := CASE WHEN i = first_child[parent[i]] THEN i + 1 ELSE i - 1 END;
            IF op[other] IN ('+', '-', '*', '/', 'round') OR (op[other] = 'literal' AND value[other] #>> '{}' LIKE '%.%')
                OR (op[other] = 'ref' AND NOT fact[other] @> '{"is_float": true}') THEN
                RETURN QUERY VALUES ('warning', at[i], 'float_compared', format(
                    '%s is %s, which holds no exact decimals; compare with < and >, or round it', name[i], fact[i] ->> 'spelled'
                ));
            END IF;
        END IF;
    END LOOP;
    IF op[1] = 'all' THEN
        RETURN QUERY VALUES ('warning', at[1], 'empty_all', 'all of an empty list is false, as in JsonLogic; forall is true of one');
    END IF;

    -- A comparison with a constant is told by what it leaves (rule_lint_constants).
    RETURN QUERY
    SELECT 'warning', at[d.again], 'redundant', format('this says the same as %s', at[d.first])
    FROM (
        SELECT min(n.i) AS first, max(n.i) AS again
        FROM unnest(rule_lint_shape.parent, rule_lint_shape.op, rule_lint_shape.name, rule_lint_shape.value, rule_lint_shape.holds) WITH ORDINALITY AS n (parent, op, name, value, holds, i)
        JOIN unnest(rule_lint_shape.op) WITH ORDINALITY AS p (op, i) ON p.i = n.parent
        WHERE p.op IN ('and', 'or')
        AND n.holds IS NULL
        GROUP BY n.parent, n.value, n.name
        HAVING count(*) > 1
    ) AS d;

    IF operation = '*' AND NOT coalesce('tx.operation' = ANY (name), false) THEN
        FOR i IN 2..cardinality(op) LOOP
            CONTINUE WHEN name[i] IS NULL OR NOT starts_with(name[i], 'old.');
            -- one test of any old column tells that the author thought of it
            IF op[parent[i]] IN ('is_null', 'is_not_null', 'coalesce', '===', '!==')
                OR op[parent[i]] IN ('==', '!=') AND 'null' IN (value[first_child[parent[i]]], value[first_child[parent[i]] + 1]) THEN
                before := NULL;
                EXIT;
            END IF;
            before := coalesce(before, i);
        END LOOP;
        IF before IS NOT NULL THEN
            RETURN QUERY VALUES ('warning', at[before], 'old_on_insert', format(
                '%s is null on INSERT, which leaves the rule unknown there; ask tx.operation or is_null, or make it a rule of UPDATE', name[before]
            ));
        END IF;
    END IF;

    -- Whether a part that is true helps the write (1) or hinders it (-1): the actor's limit must not be a lower bound of what it writes.
    IF NOT coalesce(limit_name = ANY (name), false) THEN
        RETURN;
    END IF;
    sign[1] := CASE polarity WHEN 'forbid' THEN -1 ELSE 1 END;
    FOR i IN 2..cardinality(op) LOOP
        sign[i] := sign[parent[i]] * CASE
            WHEN op[parent[i]] = 'not' OR (op[parent[i]] = 'implies' AND i = first_child[parent[i]]) THEN -1
            WHEN op[parent[i]] IN ('and', 'or', 'implies') THEN 1
            ELSE 0
        END;
    END LOOP;
    FOR i IN 1..cardinality(op) LOOP
        CONTINUE WHEN name[i] IS DISTINCT FROM limit_name OR parent[i] IS NULL OR children[parent[i]] <> 2;
        other := CASE WHEN i = first_child[parent[i]] THEN i + 1 ELSE i - 1 END;
        IF sign[parent[i]] = (CASE
                WHEN op[parent[i]] IN ('<', '<=') AND i < other OR op[parent[i]] IN ('>', '>=') AND i > other THEN 1
                WHEN op[parent[i]] IN ('<', '<=', '>', '>=') THEN -1
            END)
            AND (fact[other] ? 'relation' OR EXISTS (
                SELECT FROM generate_series(first_child[other], first_child[other] + children[other] - 1) AS c (i) WHERE fact[c.i] ? 'relation'
            )) THEN
            RETURN QUERY VALUES ('warning', at[parent[i]], 'inverted_limit', format(
                'this lets only what is above the actor''s limit pass and refuses what is within it; did you mean %s <= %s?',
                coalesce(name[other], 'the amount'), limit_name
            ));
        END IF;
    END LOOP;
END
$function$;
COMMENT ON FUNCTION erp.rule_lint_shape(text, text, int[], int[], int[], text[], text[], text[], jsonb[], jsonb[], boolean[]) IS
'What the shape of a rule tells its author: repetitions, compared quotients and floats, old values on INSERT, an inverted limit.';
ALTER FUNCTION erp.rule_lint_shape(text, text, int[], int[], int[], text[], text[], text[], jsonb[], jsonb[], boolean[]) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_lint_shape(text, text, int[], int[], int[], text[], text[], text[], jsonb[], jsonb[], boolean[]) FROM PUBLIC;
