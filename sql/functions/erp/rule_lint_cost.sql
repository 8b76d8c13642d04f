-- The most a rule may cost for one row, in units of one operator: a foreign key followed is 30, a quantifier 30 and its body for
-- each row it reads. Beyond a million a rule is refused: a write would wait for it.
CREATE OR REPLACE FUNCTION erp.rule_lint_cost(
    first_child int[],
    children int[],
    at text[],
    op text[],
    name text[],
    value jsonb[],
    scope jsonb[]
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
    quantifiers CONSTANT text[] := '{exists,forall,exists_one,lookup,count,count_distinct,sum,min,max,avg}';
    budget CONSTANT numeric := 1000000;
    cost numeric[];
    body numeric;
    quantifier jsonb;
    reading record;
    dearest int := 1;
BEGIN
    IF NOT op && quantifiers THEN
        RETURN;
    END IF;
    FOR i IN REVERSE cardinality(op)..1 LOOP
        body := 0;
        IF children[i] > 0 THEN
            FOR c IN first_child[i]..first_child[i] + children[i] - 1 LOOP
                body := body + cost[c];
            END LOOP;
        END IF;
        cost[i] := 1 + body + CASE
            WHEN op[i] = 'ref' THEN 30 * (length(name[i]) - length(replace(name[i], '.', ''))
                - (name[i] ~ '^(new|old|agent|tx)[.]' OR coalesce(scope[i] ? split_part(name[i], '.', 1), false))::int)
            WHEN op[i] IN ('like', 'regextest', 'contains', 'cat', 'substr', 'upper', 'lower', 'trim') THEN 10
            ELSE 0
        END;
        quantifier := CASE WHEN op[i] = ANY (quantifiers)
            AND jsonb_typeof(value[i]) = 'object' THEN jsonb_path_query_first(value[i], '$.keyvalue().value') END;
        CONTINUE WHEN quantifier IS NULL OR jsonb_typeof(quantifier) <> 'object' OR jsonb_typeof(quantifier -> 'in') <> 'string';
        SELECT r.* INTO reading FROM erp.rule_relation_reading(quantifier) AS r;
        CONTINUE WHEN reading.relation IS NULL;
        cost[i] := 31 + round(reading.rows_read) * (1 + body);
        IF NOT reading.indexed AND reading.rows_read >= 1000 THEN
            RETURN QUERY VALUES ('warning', at[i] || '/' || op[i], 'unindexed', format(
                'reads all %s rows of %s for each row judged; %s', round(reading.rows_read), reading.relation,
                CASE WHEN reading.columns <> '' THEN format('CREATE INDEX ON %s (%s)', reading.relation, reading.columns)
                ELSE 'say in where which rows belong to the row at hand, by == of an indexed column' END
            ));
        END IF;
        IF cost[i] > budget THEN
            dearest := i;
        END IF;
    END LOOP;
    IF cost[1] > budget THEN
        RETURN QUERY VALUES ('error', at[dearest], 'RP103', format(
            'the rule may cost %s for one row, and %s is the limit; read fewer rows, by an indexed column', round(cost[1]), budget
        ));
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.rule_lint_cost(int[], int[], text[], text[], text[], jsonb[], jsonb[]) IS
'Warns of quantifiers that read whole tables, and refuses (RP103) a rule that costs too much.';
ALTER FUNCTION erp.rule_lint_cost(int[], int[], text[], text[], text[], jsonb[], jsonb[]) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_lint_cost(int[], int[], text[], text[], text[], jsonb[], jsonb[]) FROM PUBLIC;
