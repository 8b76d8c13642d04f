-- What a rule would have refused, before it is switched on; and how it comes to its verdict.
BEGIN;
SELECT plan(20);
\ir _people.sql
\ir _as_role.sql
CREATE TABLE erp.old_boxes (box_id int PRIMARY KEY, weight numeric(9, 3), rate numeric, created_at timestamptz NOT NULL);
ALTER TABLE erp.old_boxes OWNER TO erp_owner;
CREATE TABLE erp.old_heap (weight numeric);
ALTER TABLE erp.old_heap OWNER TO erp_owner;
INSERT INTO erp.old_boxes VALUES
    (1, 5, 1, '2026-01-01'), (2, 5.001, 1, '2026-02-01'), (3, NULL, 1, '2026-03-01'), (4, 1, 0, '2026-04-01');
INSERT INTO agent.constraints (rule_name, target_table, logic_ast, violation_message, violation_code, mode)
VALUES
    ('old_light', 'erp.old_boxes', '{"<=": [{"var": "weight"}, 5]}', 'too heavy', 'RP120', 'off'),
    ('old_rate', 'erp.old_boxes', '{">=": [{"/": [1, {"var": "rate"}]}, 1]}', 'too slow', 'RP110', 'off'),
    ('old_heap', 'erp.old_heap', '{"<=": [{"var": "weight"}, 5]}', 'too heavy', 'RP110', 'off');
CREATE FUNCTION pg_temp.id(name text) RETURNS bigint LANGUAGE sql AS $$SELECT constraint_id FROM agent.constraints WHERE rule_name = name$$;
CREATE FUNCTION pg_temp.replayed(name text)
RETURNS text
LANGUAGE sql
AS $$SELECT string_agg(concat_ws(' ', row_key ->> 'box_id', operation, code, message), ', ' ORDER BY row_key) FROM erp.rule_replay(pg_temp.id(name))$$;

SELECT is(
    pg_temp.replayed('old_light'),
    '2 INSERT RP120 too heavy, 3 INSERT RP111 cannot be established: weight is null',
    'a rule that is off tells what it would refuse; a row at the limit passes'
);
SELECT is(
    (SELECT detail - 'constraint_id' - 'change' FROM erp.rule_replay(pg_temp.id('old_light')) WHERE code = 'RP120'),
    '{"rule": "old_light", "version": 1, "table": "erp.old_boxes", "operation": "INSERT", "values": {"weight": 5.001},
        "failing": "weight <= 5", "gap": 0.001}'::jsonb,
    'with the values it read and what failed'
);
SELECT is(
    (SELECT array_agg(row_key ->> 'box_id') FROM erp.rule_replay(pg_temp.id('old_light'), '2026-02-02')), '{3}'::text[],
    'from a time on'
);
SELECT is(
    (SELECT array_agg(row_key ->> 'box_id') FROM erp.rule_replay(pg_temp.id('old_light'), '2026-02-01', '2026-03-01')), '{2}'::text[],
    'up to a time, exclusive'
);
SELECT is(
    (SELECT code FROM erp.rule_replay(pg_temp.id('old_rate')) WHERE row_key ->> 'box_id' = '4'), 'RP105',
    'a rule that cannot be computed refuses'
);
SELECT throws_ok(
    $$SELECT * FROM erp.rule_replay(pg_temp.id('old_heap'), '2026-01-01')$$, '22023', NULL, 'a table without times has none to ask for'
);
SELECT throws_ok($$SELECT * FROM erp.rule_replay(-1)$$, '22023', NULL, 'a rule that is not there is not replayed');
INSERT INTO erp.old_heap VALUES (6);
SELECT is((SELECT row_key FROM erp.rule_replay(pg_temp.id('old_heap'))), NULL, 'a table without a key has no row key');

-- shadow and replay agree
UPDATE agent.constraints SET mode = 'shadow' WHERE rule_name = 'old_light';
CREATE TEMPORARY TABLE again AS TABLE erp.old_boxes;
DELETE FROM erp.old_boxes;
DELETE FROM agent.constraints WHERE rule_name = 'old_rate';
INSERT INTO erp.old_boxes TABLE again;
SELECT set_eq(
    $$SELECT row_key, code, message, detail FROM erp_rule_shadow_log WHERE rule_name = 'old_light' AND operation = 'INSERT'$$,
    $$SELECT row_key, code, message, detail FROM erp.rule_replay(pg_temp.id('old_light'))$$,
    'replay tells what shadow has logged, DETAIL and all'
);
INSERT INTO agent.constraints (rule_name, target_table, logic_ast, violation_message, mode)
VALUES ('old_two', 'erp.old_boxes', '{"and": [{"<=": [{"/": [{"var": "weight"}, {"var": "rate"}]}, 2]},
    {"<=": [{"sum": {"in": "erp.old_boxes", "as": "b", "where": {">": [{"var": "b.box_id"}, {"var": "box_id"}]}, "of": {"var": "b.weight"}}}, 4]},
    {"forall": {"in": "erp.old_boxes", "as": "b", "satisfies": {"<": [{"var": "b.rate"}, 9]}}}]}', 'two', 'shadow');
UPDATE erp.old_boxes SET rate = rate;
SELECT set_eq(
    $$SELECT row_key, code, message, detail - 'operation' FROM erp_rule_shadow_log WHERE rule_name = 'old_two'$$,
    $$SELECT row_key, code, message, detail - 'operation' FROM erp.rule_replay(pg_temp.id('old_two'))$$,
    'also what quantifiers read, what is unknown and what cannot be computed'
);
SELECT cmp_ok((SELECT count(DISTINCT code) FROM erp_rule_shadow_log WHERE rule_name = 'old_two'), '>=', 2::bigint, 'which was all there');
DELETE FROM agent.constraints WHERE rule_name = 'old_two';
UPDATE agent.constraints SET on_unknown = 'allow', polarity = 'forbid', triggering_operation = 'UPDATE' WHERE rule_name = 'old_light';
SELECT is(
    pg_temp.replayed('old_light'), '1 UPDATE RP120 too heavy, 4 UPDATE RP120 too heavy', 'polarity, unknown and operation count'
);
UPDATE agent.constraints SET logic_ast = '{"!=": [{"var": "old.weight"}, {"var": "weight"}]}' WHERE rule_name = 'old_light';
SELECT is(pg_temp.replayed('old_light'), NULL, 'an update is judged as one that changes nothing');
SELECT throws_ok(
    format($$SELECT pg_temp.as_role('erp_operator', 'SELECT count(*) FROM erp.rule_replay(%s)')$$, pg_temp.id('old_light')),
    '42501', NULL, 'rows are shown to those who may SELECT them'
);
SELECT throws_ok(
    $$SELECT erp.rule_holds(pg_temp.id('old_light'), h) FROM erp.old_heap AS h$$, CASE :'MODE' WHEN 'native' THEN '42804' ELSE 'RP102' END,
    NULL, 'a rule judges rows of its own table'
) WHERE :'MODE' = 'native'
UNION ALL
SELECT pass('a rule judges rows of its own table') WHERE :'MODE' <> 'native';

-- explained
INSERT INTO agent.constraints (rule_name, target_table, logic_ast, violation_message, mode)
VALUES ('old_why', 'erp.old_boxes', '{"and": [{"<=": [{"var": "weight"}, 5]}, {">": [{"+": [{"var": "rate"}, 1]}, 1]}]}', 'why', 'off');
SELECT is(
    (SELECT string_agg(concat_ws('|', formula, value, verdict, path), E'\n') FROM erp.rule_explain(pg_temp.id('old_why'), '{"weight": 6, "rate": null}')),
    E'(weight <= 5) and ((rate + 1) > 1)|false|false\n  weight <= 5|false|false\n    weight|6.000|weight\n    5|5\n'
    || E'  (rate + 1) > 1|unknown\n    rate + 1|unknown\n      rate|unknown|rate\n      1|1\n    1|1',
    'a rule is explained part by part'
);
SELECT is(
    (SELECT verdict FROM erp.rule_explain(pg_temp.id('old_light'), '{"weight": 6}', '{"weight": 5}') LIMIT 1), 'true', 'with the row before'
);
INSERT INTO agent.constraints (rule_name, target_table, logic_ast, violation_message, mode)
VALUES ('old_error', 'erp.old_boxes', '{">=": [{"/": [1, {"var": "rate"}]}, 1]}', 'why', 'off');
SELECT is(
    (SELECT string_agg(concat_ws('|', formula, value, verdict), E'\n') FROM erp.rule_explain(pg_temp.id('old_error'), '{"rate": 0}')),
    E'(1 / rate) >= 1|division by zero|error\n  1 / rate|division by zero|error\n    1|1\n    rate|0\n  1|1',
    'a rule that ends in an error is explained'
);
SELECT is_empty($$SELECT * FROM erp.rule_explain(-1, '{}')$$, 'a rule that is not there has no parts');
SELECT throws_ok(
    format($$SELECT pg_temp.as_role('erp_operator', 'SELECT count(*) FROM erp.rule_explain(%s, ''{"weight": 1}'')')$$, pg_temp.id('old_why')),
    'RP102', NULL, 'a rule is explained to those who may SELECT what it reads'
);
SELECT * FROM finish();
ROLLBACK;
