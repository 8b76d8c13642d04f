-- Rules are stored, changed and deleted by the statement: each table is wired once, whatever the number of rules.
BEGIN;
SELECT plan(26);
SET LOCAL track_functions = 'all';
CREATE TABLE erp.store_kinds (kind int PRIMARY KEY, most numeric);
CREATE TABLE erp.store_boxes (box_id int, kind int REFERENCES erp.store_kinds, weight numeric, lid text);
CREATE TABLE erp.store_bags (bag_id int, weight numeric);
ALTER TABLE erp.store_kinds OWNER TO erp_owner;
ALTER TABLE erp.store_boxes OWNER TO erp_owner;
ALTER TABLE erp.store_bags OWNER TO erp_owner;
CREATE FUNCTION pg_temp.calls(name text)
RETURNS bigint
LANGUAGE sql
AS $$
    SELECT coalesce(sum(f.calls), 0)::bigint FROM pg_stat_xact_user_functions AS f WHERE f.schemaname = 'erp' AND f.funcname = name
$$;
CREATE FUNCTION pg_temp.gates(of regclass)
RETURNS text
LANGUAGE sql
AS $$
    SELECT string_agg(replace(t.tgname, '_500_rule_', ''), ', ' ORDER BY t.tgname) FROM pg_trigger AS t WHERE t.tgrelid = of AND t.tgname LIKE '\_500\_rule\_%'
$$;
CREATE FUNCTION pg_temp.guarded(of text)
RETURNS text
LANGUAGE sql
AS $$
    SELECT string_agg(a.attname, ', ' ORDER BY a.attname) FROM pg_attribute AS a WHERE a.attrelid = to_regclass('agent.rules_read_erp_' || of)
$$;
CREATE TEMPORARY TABLE counted (what text PRIMARY KEY, calls bigint);

-- INSERT
INSERT INTO counted SELECT f, pg_temp.calls(f) FROM unnest('{rule_wire,rule_gate_triggers,rule_guard_columns,rule_keep_reads}'::text[]) AS f;
INSERT INTO agent.constraints (rule_name, target_table, logic_ast, violation_message)
SELECT 'store_box_' || n, 'erp.store_boxes', jsonb_build_object('<=', jsonb_build_array('{"var": "weight"}'::jsonb, n)), 'too heavy'
FROM generate_series(101, 200) AS n
UNION ALL
SELECT 'store_bag_' || n, 'erp.store_bags', jsonb_build_object('<=', jsonb_build_array('{"var": "weight"}'::jsonb, n)), 'too heavy'
FROM generate_series(101, 200) AS n;
SELECT results_eq(
    $$SELECT what, pg_temp.calls(what) - calls FROM counted ORDER BY what$$,
    $$VALUES ('rule_gate_triggers', 2::bigint), ('rule_guard_columns', 2), ('rule_keep_reads', 1), ('rule_wire', 2)$$,
    'two hundred rules of two tables wire each table once'
);
SELECT is((SELECT count(*) FROM agent.constraint_versions WHERE rule ->> 'rule_name' LIKE 'store\_b%'), 200::bigint, 'every rule has its version');
SELECT is(
    (SELECT count(*) FROM agent.constraint_dependencies AS d JOIN agent.constraints AS c USING (constraint_id) WHERE c.rule_name LIKE 'store\_b%'),
    200::bigint, 'what each reads is on record'
);
SELECT is(pg_temp.gates('erp.store_boxes'), 'gate, gate_truncate', 'the gate is attached');
SELECT throws_ok($$INSERT INTO erp.store_boxes (weight) VALUES (150)$$, 'RP110', 'too heavy', 'and the rules hold');
SELECT throws_ok(
    $$INSERT INTO agent.constraints (target_table, logic_ast, violation_message)
    VALUES ('erp.store_bags', '{"<": [{"var": "weight"}, 9]}', 'x'), ('erp.store_bags', '{"<": [{"var": "wait"}, 9]}', 'x')$$,
    'RP102', NULL, 'one bad rule among several'
);
SELECT is(
    (SELECT count(*) FROM agent.constraints WHERE target_relation = 'erp.store_bags'::regclass), 100::bigint, 'stores none of them'
);
SELECT lives_ok($$INSERT INTO agent.constraints (target_table, logic_ast, violation_message) SELECT 'erp.store_bags', '{}', 'x' WHERE false$$, 'no rule at all is stored too');

-- UPDATE
UPDATE counted SET calls = pg_temp.calls(what);
UPDATE agent.constraints SET violation_message = violation_message WHERE rule_name LIKE 'store\_b%';
SELECT is((SELECT sum(pg_temp.calls(what) - calls) FROM counted), 0::numeric, 'an update that changes nothing wires nothing');
SELECT is((SELECT max(version) FROM agent.constraint_versions WHERE rule ->> 'rule_name' LIKE 'store\_b%'), 1, 'and makes no version');
UPDATE agent.constraints
SET
    timing = CASE rule_name WHEN 'store_box_101' THEN 'statement' WHEN 'store_box_102' THEN 'commit' ELSE 'row' END,
    is_active = rule_name IN ('store_box_101', 'store_box_102'),
    mode = CASE rule_name WHEN 'store_bag_200' THEN 'shadow' ELSE 'enforce' END
WHERE rule_name LIKE 'store\_b%';
SELECT is(
    pg_temp.gates('erp.store_boxes'), 'gate, gate_at_commit, gate_on_delete, gate_on_insert, gate_on_update, gate_truncate',
    'rules of each timing get their triggers in one statement'
);
SELECT is(pg_temp.guarded('store_boxes') || '; ' || coalesce(pg_temp.guarded('store_bags'), 'none'), 'weight; none', 'what two still read stays guarded');
SELECT lives_ok($$INSERT INTO erp.store_bags (weight) VALUES (150)$$, 'rules that were switched off together hold no more');
UPDATE agent.constraints SET target_table = 'erp.store_bags', timing = 'row' WHERE rule_name IN ('store_box_101', 'store_box_102');
SELECT is(pg_temp.gates('erp.store_boxes') || '; ' || pg_temp.gates('erp.store_bags'), 'gate, gate_truncate; gate, gate_truncate', 'moved, they take their triggers along');
SELECT throws_ok($$INSERT INTO erp.store_bags (weight) VALUES (150)$$, 'RP110', NULL, 'and hold there');
SELECT lives_ok($$INSERT INTO erp.store_boxes (weight) VALUES (150)$$, 'and no longer here');

-- One statement may change a rule and what it refers to, in any order.
INSERT INTO agent.constraints (rule_name, target_table, logic_ast, violation_message) VALUES ('store_heavy', 'erp.store_boxes', '{">": [{"var": "weight"}, 500]}', 'x');
INSERT INTO agent.constraints (rule_name, target_table, logic_ast, violation_message, polarity)
VALUES ('store_a', 'erp.store_boxes', '{"not": {"rule_ref": "store_heavy"}}', 'a', 'require');
SELECT throws_ok($$UPDATE agent.constraints SET rule_name = 'store_z' WHERE rule_name = 'store_heavy'$$, 'RP102', NULL, 'a rule that others refer to keeps its name');
UPDATE agent.constraints
SET
    logic_ast = CASE rule_name WHEN 'store_heavy' THEN '{">": [{"var": "weight"}, 900]}'::jsonb ELSE logic_ast END,
    violation_message = 'changed'
WHERE rule_name IN ('store_heavy', 'store_a');
SELECT is(
    (SELECT compiled_ast FROM agent.constraints WHERE rule_name = 'store_a'), '{"not": {">": [{"var": "weight"}, 900]}}'::jsonb,
    'what refers to a rule that changes beside it means the new one'
);

-- What is written along foreign keys, and a quantifier.
INSERT INTO agent.constraints (rule_name, target_table, kind, logic_ast, violation_message) VALUES
('store_path', 'erp.store_boxes', 'invariant', '{"<=": [{"var": "weight"}, {"var": "kind.most"}]}', 'x'),
('store_sum', 'erp.store_boxes', 'guard', '{"<": [{"sum": {"in": "erp.store_boxes", "as": "b", "of": {"var": "b.weight"}}}, 1000]}', 'x'),
('store_off', 'erp.store_boxes', 'guard', '{"<=": [{"var": "weight"}, {"var": "kind.most"}]}', 'x');
SELECT results_eq(
    $$SELECT c.rule_name, r.ordinal, r.kind, r.relation::text, r.lock
    FROM agent.constraint_reads AS r JOIN agent.constraints AS c USING (constraint_id) WHERE c.rule_name LIKE 'store\_%' ORDER BY 1, 2$$,
    $$VALUES ('store_off', 1, 'path', 'erp.store_kinds', NULL), ('store_path', 1, 'path', 'erp.store_kinds', 'shared'), ('store_sum', 1, 'quantifier', 'erp.store_boxes', 'exclusive')$$,
    'only rules that read other rows have connections'
);
SELECT is(pg_temp.gates('erp.store_kinds'), 'invariant, invariant_truncate, invariant_update', 'the table that the invariant reads is wired');

-- DELETE and the protected
UPDATE agent.constraints SET protected = true WHERE rule_name = 'store_sum';
SELECT throws_ok($$DELETE FROM agent.constraints WHERE rule_name LIKE 'store\_%'$$, 'RP108', NULL, 'a protected rule among many keeps them all');
DELETE FROM agent.constraints WHERE rule_name LIKE 'store\_%' AND NOT protected;
SELECT is(pg_temp.gates('erp.store_kinds'), NULL, 'rules deleted together take the triggers along that no rule needs');
SELECT is(pg_temp.guarded('store_kinds') || pg_temp.guarded('store_bags'), NULL, 'and the guards');
SELECT is(
    (SELECT count(*) FROM agent.constraint_versions WHERE operation = 'DELETE' AND rule ->> 'rule_name' LIKE 'store\_%'), 204::bigint,
    'the end of each is on record'
);
SELECT is(
    (
        SELECT count(*) FROM agent.constraint_dependencies WHERE constraint_id NOT IN (SELECT constraint_id FROM agent.constraints)
    ) + (
        SELECT count(*) FROM agent.constraint_reads WHERE constraint_id NOT IN (SELECT constraint_id FROM agent.constraints)
    ),
    0::bigint, 'and nothing is left of what they read'
);
SELECT lives_ok($$INSERT INTO erp.store_boxes (weight) VALUES (849)$$, 'what is left holds alone');
SELECT * FROM finish();
ROLLBACK;
