-- What is kept of rules: versions that nobody rewrites, which of them judged a write, and what shadow rules would have refused.
BEGIN;
SELECT plan(23);
\ir _people.sql
\ir _as_role.sql

CREATE TABLE erp.kept_boxes (box_id int, shelf text, weight numeric(9, 3), PRIMARY KEY (box_id, shelf));
ALTER TABLE erp.kept_boxes OWNER TO erp_owner;
CREATE TABLE erp.kept_heap (weight numeric);
ALTER TABLE erp.kept_heap OWNER TO erp_owner;
CREATE TEMPORARY TABLE moments (name text, at timestamptz DEFAULT clock_timestamp());

INSERT INTO moments VALUES ('before');
INSERT INTO agent.constraints (rule_name, target_table, triggering_operation, logic_ast, violation_message)
VALUES ('kept_light', 'erp.kept_boxes', 'INSERT', '{"<=": [{"var": "weight"}, 5]}', 'too heavy');
INSERT INTO moments VALUES ('five');
UPDATE agent.constraints SET logic_ast = '{"<=": [{"var": "weight"}, 4]}' WHERE rule_name = 'kept_light';
INSERT INTO moments VALUES ('four');
UPDATE agent.constraints SET mode = 'off' WHERE rule_name = 'kept_light';
INSERT INTO moments VALUES ('off');
DELETE FROM agent.constraints WHERE rule_name = 'kept_light';
INSERT INTO moments VALUES ('gone');

SELECT results_eq(
    $$SELECT m.name, v.version, v.rule -> 'compiled_ast' -> '<=' -> 1 FROM moments AS m
    LEFT JOIN LATERAL erp.rule_versions_at('erp.kept_boxes', 'INSERT', m.at) AS v ON true ORDER BY m.at$$,
    $$VALUES ('before', NULL, NULL), ('five', 1, '5'::jsonb), ('four', 2, '4'::jsonb), ('off', NULL, NULL), ('gone', NULL, NULL)$$,
    'the version that judged at a moment is known, also after the rule is gone'
);
SELECT is_empty(
    $$SELECT v.* FROM moments AS m CROSS JOIN LATERAL erp.rule_versions_at('erp.kept_boxes', 'UPDATE', m.at) AS v$$,
    'none judged another operation'
);
SELECT results_eq(
    $$SELECT version, operation, effective_to = 'infinity', effective_to = effective_from
    FROM erp_agent_constraint_versions WHERE rule ->> 'rule_name' = 'kept_light' ORDER BY version$$,
    $$VALUES (1, 'INSERT', false, false), (2, 'UPDATE', false, false), (3, 'UPDATE', false, false), (4, 'DELETE', false, true)$$,
    'a version ends when the next one begins'
);
SELECT throws_ok($$UPDATE agent.constraint_versions SET rule = '{}'$$, 'RP509', NULL, 'no version is rewritten, by a superuser neither');
SELECT throws_ok($$DELETE FROM agent.constraint_versions$$, 'RP509', NULL, 'none is deleted');
SELECT throws_ok($$TRUNCATE agent.constraint_versions$$, 'RP509', NULL, 'nor all at once');
SET LOCAL session_replication_role = replica;
SELECT throws_ok($$DELETE FROM agent.constraint_versions$$, 'RP509', NULL, 'under session_replication_role = replica neither');
RESET session_replication_role;

-- shadow
INSERT INTO agent.constraints (rule_name, target_table, logic_ast, violation_message, violation_code, mode)
VALUES
    ('kept_shadow', 'erp.kept_boxes', '{"<=": [{"var": "weight"}, 5]}', 'too heavy', 'RP120', 'shadow'),
    ('kept_heap', 'erp.kept_heap', '{"<=": [{"/": [1, {"var": "weight"}]}, 5]}', 'too light', 'RP110', 'shadow');
SELECT lives_ok(
    $$INSERT INTO erp.kept_boxes VALUES (1, 'a "1"', 5), (2, 'b', 5.001), (3, 'c', NULL)$$, 'a rule in shadow refuses nothing'
);
SELECT results_eq(
    $$SELECT row_key, operation, code, message, version, target_table, role_name FROM erp_rule_shadow_log
    WHERE rule_name = 'kept_shadow' ORDER BY shadow_id$$,
    $$VALUES
        ('{"box_id": 2, "shelf": "b"}'::jsonb, 'INSERT', 'RP120', 'too heavy', 1, 'erp.kept_boxes', session_user),
        ('{"box_id": 3, "shelf": "c"}', 'INSERT', 'RP111', 'cannot be established: weight is null', 1, 'erp.kept_boxes', session_user)$$,
    'and keeps what it would have refused, with the key of the row'
);
SELECT is(
    (SELECT detail - 'constraint_id' FROM erp_rule_shadow_log WHERE row_key @> '{"box_id": 2}'),
    '{"rule": "kept_shadow", "version": 1, "table": "erp.kept_boxes", "operation": "INSERT", "values": {"weight": 5.001},
      "failing": "weight <= 5", "gap": 0.001, "change": {"field": "weight", "to": 5}}'::jsonb,
    'and with the DETAIL of the refusal'
);
SELECT lives_ok($$UPDATE erp.kept_boxes SET weight = 6, shelf = 'a "2"' WHERE box_id = 1$$, 'an update is judged too');
SELECT is(
    (SELECT row_key FROM erp_rule_shadow_log WHERE operation = 'UPDATE'), '{"box_id": 1, "shelf": "a \"2\""}'::jsonb,
    'by the row that was written'
);
SELECT lives_ok($$DELETE FROM erp.kept_boxes WHERE box_id = 1$$, 'and a delete');
SELECT is(
    (SELECT detail -> 'values' FROM erp_rule_shadow_log WHERE operation = 'DELETE'), '{"weight": 6.000}'::jsonb, 'by the row that went'
);
SELECT lives_ok($$INSERT INTO erp.kept_heap VALUES (0), (1)$$, 'an error in a shadow rule refuses nothing either');
SELECT results_eq(
    $$SELECT row_key, code FROM erp_rule_shadow_log WHERE rule_name = 'kept_heap'$$, $$VALUES (NULL::jsonb, 'RP105')$$,
    'it is logged, without a key where there is none'
);
SAVEPOINT undone;
INSERT INTO erp.kept_heap VALUES (0.1);
ROLLBACK TO undone;
SELECT is((SELECT count(*) FROM erp_rule_shadow_log WHERE rule_name = 'kept_heap'), 1::bigint, 'what was not written is not in the log');
SELECT throws_ok($$UPDATE agent.constraint_shadow_log SET code = 'RP000'$$, 'RP509', NULL, 'the log is not rewritten');
SELECT throws_ok($$DELETE FROM erp_rule_shadow_log$$, 'RP509', NULL, 'nor cut');
SELECT throws_ok($$TRUNCATE agent.constraint_shadow_log$$, 'RP509', NULL, 'nor emptied');
SELECT is(pg_temp.as_role('erp_operator', $$SELECT count(*) > 0 FROM erp_rule_shadow_log$$), 'true', 'people read it');
SELECT throws_ok($$SELECT pg_temp.as_role('sales_agent', 'SELECT count(*) FROM erp_rule_shadow_log')$$, '42501', NULL, 'agents do not');
SELECT throws_ok(
    $$SELECT pg_temp.as_role('erp_operator', 'SELECT erp.rule_log_shadow(''RP110'', ''x'', ''{}'', NULL)::text')$$, '42501', NULL,
    'nobody writes into it'
);
SELECT * FROM finish();
ROLLBACK;
