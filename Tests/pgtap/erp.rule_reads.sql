-- What a rule reads is on record and cannot be dropped under it; where it is forced, the rule fails closed and says so.
BEGIN;
SELECT plan(30);
CREATE TABLE erp.read_kinds (kind text PRIMARY KEY, most numeric, note text);
CREATE TABLE erp.read_boxes (
    box_id int PRIMARY KEY, weight numeric(9, 3), kind text REFERENCES erp.read_kinds, lid text, spare int
);
ALTER TABLE erp.read_kinds OWNER TO erp_owner;
ALTER TABLE erp.read_boxes OWNER TO erp_owner;
INSERT INTO erp.read_kinds VALUES ('small', 5);
INSERT INTO agent.constraints (rule_name, target_table, logic_ast, violation_message)
VALUES
    ('read_most', 'erp.read_boxes', '{"<=": [{"var": "weight"}, {"var": "kind.most"}]}', 'too heavy'),
    ('read_lid', 'erp.read_boxes', '{"is_not_null": [{"var": "lid"}]}', 'open');
CREATE FUNCTION pg_temp.guarded(of regclass)
RETURNS text
LANGUAGE sql
AS $$
SELECT string_agg(DISTINCT a.attname::text, ', ')
FROM pg_depend AS d
JOIN pg_rewrite AS r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
JOIN pg_class AS v ON v.oid = r.ev_class AND v.relname LIKE 'rules\_read\_%'
JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE d.refobjid = of
-- a key that a path goes by is guarded by its foreign key already
AND (d.refobjid <> to_regclass('erp.read_kinds') OR a.attname <> 'kind')
$$;

SELECT is(
    (
        SELECT string_agg(concat_ws(' ', c.rule_name, d.relation, d.column_name, d.via), ', ' ORDER BY c.rule_name, d.column_name)
        FROM agent.constraint_dependencies AS d
        JOIN agent.constraints AS c USING (constraint_id)
        WHERE c.rule_name LIKE 'read\_%'
        AND (d.relation::text, d.column_name) <> ('erp.read_kinds', 'kind')
    ),
    'read_lid erp.read_boxes lid row, read_most erp.read_boxes kind row, read_most erp.read_kinds most path, '
    || 'read_most erp.read_boxes weight row',
    'what rules read is on record, with how they come to it'
);
SELECT is(pg_temp.guarded('erp.read_boxes'), 'kind, lid, weight', 'the columns of the table are guarded');
SELECT is(pg_temp.guarded('erp.read_kinds'), 'most', 'and those a path leads to');
SELECT throws_ok($$ALTER TABLE erp.read_boxes DROP COLUMN weight$$, '2BP01', NULL, 'a column that a rule reads is not dropped');
SELECT throws_ok($$ALTER TABLE erp.read_kinds DROP COLUMN most$$, '2BP01', NULL, 'also one behind a foreign key');
SELECT throws_ok($$ALTER TABLE erp.read_boxes ALTER weight TYPE text$$, '0A000', NULL, 'and keeps its type');
SELECT throws_ok($$DROP TABLE erp.read_boxes$$, '2BP01', NULL, 'the table stays as well');
SELECT lives_ok($$ALTER TABLE erp.read_boxes DROP COLUMN spare$$, 'another column goes as ever');
SELECT is_empty($$SELECT * FROM agent.rules_read_erp_read_kinds$$, 'the view that guards them shows no row');
SELECT is_empty(
    $$SELECT grantee FROM pg_class, aclexplode(relacl) WHERE relname LIKE 'rules\_read\_%' AND grantee <> relowner$$,
    'and nobody may read it'
);
SELECT is((SELECT count(*) FROM erp.check_consistency() WHERE invariant LIKE 'rules%'), 0::bigint, 'all rules compile');

-- they go when no rule needs them
UPDATE agent.constraints SET is_active = false WHERE rule_name = 'read_lid';
SELECT is(pg_temp.guarded('erp.read_boxes'), 'kind, weight', 'a rule that is switched off guards nothing');
SELECT lives_ok($$ALTER TABLE erp.read_boxes DROP COLUMN lid$$, 'its column can go');
SELECT throws_ok(
    $$UPDATE agent.constraints SET is_active = true WHERE rule_name = 'read_lid'$$, 'RP102', NULL, 'it cannot be switched on without it'
);
UPDATE agent.constraints SET logic_ast = '{"<=": [{"var": "weight"}, 5]}' WHERE rule_name = 'read_most';
SELECT is(pg_temp.guarded('erp.read_kinds'), NULL, 'a rule that reads something else guards that instead');
SELECT is(to_regclass('agent.rules_read_erp_read_kinds'), NULL, 'an empty view is gone');
ALTER TABLE erp.read_boxes RENAME TO read_crates;
UPDATE agent.constraints SET target_table = 'erp.read_crates', logic_ast = '{"<=": [{"var": "weight"}, {"var": "kind.most"}]}'
WHERE rule_name = 'read_most';
SELECT is(pg_temp.guarded('erp.read_crates'), 'kind, weight', 'a renamed table keeps one guard');

-- forced
SELECT lives_ok($$ALTER TABLE erp.read_crates RENAME weight TO mass$$, 'renaming is not refused');
SELECT throws_like(
    $$INSERT INTO erp.read_crates VALUES (1, 1, 'small')$$, '%weight%', 'but then the rule refuses, and names what is missing'
);
SELECT results_eq(
    $$SELECT detail ~ 'read_most.*weight' FROM erp.check_consistency() WHERE invariant = 'rules_compile'$$, $$VALUES (true)$$,
    'and the books are not in order'
);
ALTER TABLE erp.read_crates RENAME mass TO weight;
SELECT lives_ok($$INSERT INTO erp.read_crates VALUES (1, 1, 'small')$$, 'until the name is back');
SELECT lives_ok($$ALTER TABLE erp.read_kinds DROP COLUMN most CASCADE$$, 'CASCADE forces a column out');
SELECT throws_ok(
    $$INSERT INTO erp.read_crates VALUES (2, 1, 'small')$$, 'RP102', NULL, 'the rule then refuses every write'
);
SELECT throws_like($$INSERT INTO erp.read_crates VALUES (2, 1, 'small')$$, '%most%', 'and names the column');
-- in shadow it cannot be stored any more, but one that breaks there lets writes pass and says so
UPDATE agent.constraints SET mode = 'off' WHERE rule_name = 'read_most';
ALTER TABLE erp.read_crates ADD tare numeric;
INSERT INTO agent.constraints (rule_name, target_table, logic_ast, violation_message, mode)
VALUES ('read_tare', 'erp.read_crates', '{"<=": [{"var": "tare"}, 1]}', 'too much', 'shadow');
ALTER TABLE erp.read_crates RENAME tare TO empty_weight;
SELECT lives_ok($$INSERT INTO erp.read_crates (box_id, weight) VALUES (3, 1)$$, 'a broken rule in shadow lets the write pass');
SELECT is(
    (SELECT concat_ws(' ', code, message ~ 'broken.*tare', row_key, detail ->> 'operation') FROM agent.constraint_shadow_log WHERE rule_name = 'read_tare'),
    'RP102 t {"box_id": 3} INSERT', 'logs what is wrong'
);
SELECT results_eq(
    $$SELECT detail ~ 'read_tare.*tare' FROM erp.check_consistency() WHERE invariant = 'rules_compile'$$, $$VALUES (true)$$,
    'and is listed as broken'
);
DELETE FROM agent.constraints WHERE rule_name = 'read_tare';
SELECT lives_ok($$UPDATE agent.constraints SET mode = 'off' WHERE rule_name = 'read_most'$$, 'it can be switched off');
SELECT is_empty($$SELECT detail FROM erp.check_consistency() WHERE invariant = 'rules_compile'$$, 'after which all is in order');
DELETE FROM agent.constraints WHERE rule_name LIKE 'read\_%';
SELECT is(
    (SELECT count(*) FROM agent.constraint_dependencies WHERE relation = 'erp.read_crates'::regclass), 0::bigint,
    'a rule that is deleted reads nothing'
);
SELECT * FROM finish();
ROLLBACK;
