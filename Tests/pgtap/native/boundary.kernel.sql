-- The boundary of the native kernel: every way out is an error of its own, the backend lives on, and nothing traps.
BEGIN;
SELECT plan(26);

CREATE FUNCTION pg_temp.outcome(ast jsonb, record jsonb DEFAULT '{}')
RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN coalesce(erp.rule_evaluate(ast, record) ->> 'verdict', 'unknown');
EXCEPTION
    WHEN OTHERS THEN
        RETURN SQLSTATE;
END
$$;
CREATE FUNCTION pg_temp.refusal(ast jsonb, record jsonb, context jsonb DEFAULT '{}', target regclass DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    detail text;
BEGIN
    RETURN erp.rule_evaluate(ast, record, context, target) ->> 'verdict';
EXCEPTION
    WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
        -- without the trace, which ends it
        RETURN SQLERRM || ' ' || split_part(detail, ', "verdict"', 1) || '}';
END
$$;
CREATE FUNCTION pg_temp.nested(levels int)
RETURNS jsonb
LANGUAGE sql
AS $$ SELECT (repeat('{"!": ', levels - 1) || 'true' || repeat('}', levels - 1))::jsonb $$;
CREATE FUNCTION pg_temp.wide(nodes int)
RETURNS jsonb
LANGUAGE sql
AS $$ SELECT jsonb_build_object('and', (SELECT jsonb_agg(true) FROM generate_series(2, nodes))) $$;

SELECT matches(erp.kernel_version(), '^\d+\.\d+\.\d+$', 'the library says its version');
SELECT is(erp.kernel_version(), (SELECT extversion FROM pg_extension WHERE extname = 'headless_erp'), 'which is the extension''s');

-- Limits
SELECT is(pg_temp.outcome(pg_temp.nested(64)), 'false', '64 levels');
SELECT is(pg_temp.outcome(pg_temp.nested(65)), 'RP103', '65 levels');
SELECT is(pg_temp.outcome(pg_temp.nested(2000)), 'RP103', '2,000 levels');
SELECT is(pg_temp.outcome((repeat('[', 4000) || repeat(']', 4000))::jsonb), 'RP103', '4,000 lists in lists');
SELECT is(pg_temp.outcome(pg_temp.wide(4096)), 'true', '4,096 nodes');
SELECT is(pg_temp.outcome(pg_temp.wide(4097)), 'RP103', '4,097 nodes');
SELECT is(pg_temp.outcome(jsonb_build_object('==', jsonb_build_array(repeat('x', 60000), 'y'))), 'false', 'a rule below 64 KiB');
SELECT is(pg_temp.outcome(jsonb_build_object('==', jsonb_build_array(repeat('x', 66000), 'y'))), 'RP103', 'a rule above');
SELECT is(pg_temp.outcome('{"==": [{"var": "t"}, "y"]}', jsonb_build_object('t', repeat('x', 10000000))), 'false', 'values have no limit');

-- Every fault has its way out
SELECT is(pg_temp.outcome(NULL), 'RP101', 'no rule');
SELECT is(pg_temp.outcome('{}'), 'RP101', 'an empty object');
SELECT is(pg_temp.outcome('{"var": "tx.nothing"}'), 'RP102', 'an unknown name');
SELECT is(pg_temp.outcome('{"<": [true, 1]}'), 'RP104', 'a type error');
SELECT is(pg_temp.outcome('{"<": [{"%": [1, 0]}, 1]}'), 'RP105', 'an arithmetic error');
SELECT is(pg_temp.outcome('{"<": [1, 1e99]}'), 'RP105', 'a literal beyond 38 digits');
SELECT is(
    pg_temp.outcome(('{"<": [' || repeat('{"*": [9999999999, ', 6) || '1' || repeat(']}', 6) || ', 1]}')::jsonb),
    'RP105', 'an overflow on the way'
);

-- What is told
SELECT is(
    pg_temp.refusal('{"lookup": {"in": "r", "as": "e", "of": {"var": "e.n"}}}', '{}', '{"relations": {"r": [{"n": true}, {"n": false}]}}'),
    'lookup found more than one row {"values": {"lookup(e.n for e in r)": null}, "failing": "lookup(e.n for e in r)", "gap": null}',
    'an error says its own name'
);
SELECT is(
    pg_temp.refusal(
        '{"and": [{"is_not_null": {"var": "payload.n"}}, {">": [{"/": [{"var": "payload.n"}, 0]}, 0]}]}', '{"payload": {"n": 5}}',
        '{}', 'agent.task_events'
    ),
    'division by zero {"values": {"payload.n": 5}, "failing": "(payload.n / 0) > 0", "gap": null}',
    'a JSON name read in two ways is told once'
);

-- Many failures in one transaction leave the backend as it was
SELECT is(
    (SELECT count(*) FROM generate_series(1, 2000) AS n WHERE pg_temp.outcome(CASE n % 3 WHEN 0 THEN '{"<": [{"/": [1, 0]}, 1]}' WHEN 1 THEN '{"no": 1}' ELSE '{"var": "a.b"}' END::jsonb) = 'true'),
    0::bigint, '2,000 errors in a row'
);
SELECT is(pg_temp.outcome('true'), 'true', 'and the next rule is judged');

-- What the catalogue may hold
SELECT throws_ok(
    $$CREATE TEMP TABLE tap_gated (x int); CREATE TRIGGER g BEFORE INSERT ON tap_gated FOR EACH ROW EXECUTE FUNCTION erp.rule_gate(); INSERT INTO tap_gated VALUES (1)$$,
    '39P01', NULL, 'the gate refuses to run before the row is written'
);
SELECT throws_ok('SELECT erp.rule_gate()', '39P01', NULL, 'or outside a trigger');
SELECT is_empty(
    $$SELECT proname FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE l.lanname = 'c' AND p.probin LIKE '%headless_erp%'
      AND has_function_privilege('public', p.oid, 'EXECUTE')$$,
    'no native function is open to everybody'
);
SELECT is_empty(
    $$SELECT c.oid::regclass FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND d.classid = 'pg_class'::regclass
      JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass WHERE e.extname = 'headless_erp'$$,
    'the extension owns no table'
);

SELECT finish();
ROLLBACK;
