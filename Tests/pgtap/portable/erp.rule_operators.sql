-- The list of operators is the language: nothing else is accepted, and what docs/rules.md shows of each can be written.
BEGIN;
SELECT plan(5);

CREATE FUNCTION pg_temp.fault(ast jsonb)
RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM erp.rule_evaluate(ast, '{}');
    RETURN NULL;
EXCEPTION
    WHEN OTHERS THEN
        RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;

SELECT is_empty(
    'SELECT lower(spelling) FROM erp.rule_operators() GROUP BY 1 HAVING count(*) > 1', 'no spelling means two operators'
);
SELECT is_empty(
    $$SELECT spelling FROM erp.rule_operators() WHERE pg_temp.fault(jsonb_build_object(upper(spelling), '[]'::jsonb)) ~ 'unknown operator'$$,
    'every spelling is known, in any case'
);
SELECT is_empty(
    $$SELECT spelling, pg_temp.fault(example::jsonb) FROM erp.rule_operators() WHERE pg_temp.fault(example::jsonb) ~ '^RP10[13]'$$,
    'every example is well formed'
);
SELECT is_empty(
    $$SELECT spelling FROM erp.rule_operators() WHERE position('{"' || spelling || '"' IN example) = 0
    AND spelling = (SELECT o.spelling FROM erp.rule_operators() AS o WHERE o.op = rule_operators.op LIMIT 1)$$,
    'every example uses its operator'
);
SELECT is_empty(
    $$SELECT o.spelling FROM erp.rule_operators() AS o WHERE o.class NOT IN ('logical', 'comparison', 'arithmetic', 'conditional', 'quantifier', 'list')$$,
    'every operator has a class, and typed nodes ask for the first three'
);

SELECT finish();
ROLLBACK;
