-- When a rule is judged: after the row, after the statement, at commit.
BEGIN;
SELECT plan(64);

CREATE TABLE erp.tap_limits (limit_id int PRIMARY KEY, most numeric);
CREATE TABLE erp.tap_lines (
    line_id int PRIMARY KEY,
    limit_id int REFERENCES erp.tap_limits,
    amount numeric,
    twice numeric GENERATED ALWAYS AS (amount * 2) STORED,
    status text DEFAULT 'draft',
    note text
);
CREATE TABLE erp.tap_parts (part_id int, amount numeric, status text) PARTITION BY LIST (part_id);
CREATE TABLE erp.tap_part_1 PARTITION OF erp.tap_parts FOR VALUES IN (1);
CREATE TABLE erp.tap_part_2 PARTITION OF erp.tap_parts FOR VALUES IN (2);
ALTER TABLE erp.tap_limits OWNER TO erp_owner;
ALTER TABLE erp.tap_lines OWNER TO erp_owner;
ALTER TABLE erp.tap_parts OWNER TO erp_owner;
ALTER TABLE erp.tap_part_1 OWNER TO erp_owner;
ALTER TABLE erp.tap_part_2 OWNER TO erp_owner;
INSERT INTO erp.tap_limits VALUES (1, 100), (2, 0);

CREATE FUNCTION pg_temp.only_rule(moment text, ast jsonb, operation text DEFAULT '*', target text DEFAULT 'erp.tap_lines')
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    DELETE FROM agent.constraints WHERE target_table LIKE 'erp.tap_%';
    INSERT INTO agent.constraints (rule_name, target_table, triggering_operation, timing, logic_ast, violation_message)
    VALUES ('tap_rule', target, operation, moment, ast, 'tap rule is broken');
END
$$;
CREATE FUNCTION pg_temp.gates(relation regclass)
RETURNS text
LANGUAGE sql
AS $$
    SELECT string_agg(tgname, ' ' ORDER BY tgname) FROM pg_trigger WHERE tgrelid = relation AND tgname LIKE '\_5%' AND NOT tgisinternal
$$;
-- What the writer of a statement meets, DETAIL included.
CREATE FUNCTION pg_temp.refusal(statement text)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    detail text;
    code text;
BEGIN
    EXECUTE statement;
    RETURN NULL;
EXCEPTION
    WHEN SQLSTATE 'RP110' OR SQLSTATE 'RP111' OR SQLSTATE 'RP105' THEN
        GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, code = RETURNED_SQLSTATE;
        RETURN detail::jsonb || jsonb_build_object('code', code);
END
$$;

-- Only the triggers that a rule needs
SELECT pg_temp.only_rule('row', '{"<": [{"var": "amount"}, 10]}');
SELECT is(pg_temp.gates('erp.tap_lines'), '_500_rule_gate _500_rule_gate_truncate', 'a rule of timing row needs the row gate');
SELECT pg_temp.only_rule('statement', '{"<": [{"var": "amount"}, 10]}');
SELECT is(
    pg_temp.gates('erp.tap_lines'),
    '_500_rule_gate _500_rule_gate_on_delete _500_rule_gate_on_insert _500_rule_gate_on_update _500_rule_gate_truncate',
    'one of timing statement three more');
UPDATE agent.constraints SET mode = 'off' WHERE rule_name = 'tap_rule';
SELECT is(pg_temp.gates('erp.tap_lines'), '_500_rule_gate _500_rule_gate_truncate', 'which go when it is off');
SELECT pg_temp.only_rule('commit', '{"<": [{"var": "amount"}, 10]}');
SELECT is(pg_temp.gates('erp.tap_lines'), '_500_rule_gate _500_rule_gate_at_commit _500_rule_gate_truncate', 'one of timing commit a deferred one');
DELETE FROM agent.constraints WHERE rule_name = 'tap_rule';
SELECT is(pg_temp.gates('erp.tap_lines'), '_500_rule_gate _500_rule_gate_truncate', 'which goes with it');

-- Statement: INSERT, UPDATE, DELETE
SELECT pg_temp.only_rule('statement', '{"<": [{"var": "twice"}, 20]}');
SELECT lives_ok($$INSERT INTO erp.tap_lines (line_id, amount) VALUES (1, 9.99), (2, 5)$$, 'rows within, by a generated column');
SELECT throws_ok($$INSERT INTO erp.tap_lines (line_id, amount) VALUES (3, 10), (4, 1)$$, 'RP110', 'tap rule is broken', 'the bound refuses the statement');
SELECT throws_ok($$INSERT INTO erp.tap_lines (line_id) VALUES (3)$$, 'RP111', NULL, 'unknown refuses');
SELECT throws_ok($$UPDATE erp.tap_lines SET amount = amount + 4.5$$, 'RP110', NULL, 'one row of an UPDATE');
SELECT lives_ok($$UPDATE erp.tap_lines SET amount = 6 WHERE line_id = 2$$, 'an UPDATE within');
SELECT is(
    pg_temp.refusal($$UPDATE erp.tap_lines SET amount = amount * 2$$) - 'constraint_id',
    '{"gap": 19.96, "code": "RP110", "rule": "tap_rule", "table": "erp.tap_lines", "values": {"twice": 39.96}, "failing": "twice < 20", "version": 1, "operation": "UPDATE"}',
    'its refusal tells the same as after the row');
SELECT lives_ok($$UPDATE erp.tap_lines SET amount = 50 WHERE false$$, 'no row, nothing to judge');
SELECT pg_temp.only_rule('statement', '{"==": [{"var": "status"}, "draft"]}', 'DELETE');
UPDATE erp.tap_lines SET status = 'posted' WHERE line_id = 2;
SELECT throws_ok($$DELETE FROM erp.tap_lines$$, 'RP110', NULL, 'DELETE judges the rows that go');
SELECT lives_ok($$DELETE FROM erp.tap_lines WHERE line_id = 1$$, 'and lets those go that may');
SELECT throws_ok($$TRUNCATE erp.tap_lines$$, 'RP110', NULL, 'TRUNCATE is refused for it');

-- Both sides of an UPDATE of many rows belong together
INSERT INTO erp.tap_lines (line_id, limit_id, amount) SELECT n, 1, n FROM generate_series(100, 1099) AS n;
SELECT pg_temp.only_rule('statement', '{"==": [{"var": "new.amount"}, {"+": [{"var": "old.amount"}, {"var": "line_id"}]}]}', 'UPDATE');
SELECT lives_ok($$UPDATE erp.tap_lines SET amount = amount + line_id WHERE line_id >= 100$$, 'every row with its own past');
SELECT throws_ok($$UPDATE erp.tap_lines SET amount = amount + 100 WHERE line_id >= 100$$, 'RP110', NULL, 'not with that of another');

-- Look-ups
SELECT pg_temp.only_rule('statement', '{"<=": [{"var": "amount"}, {"var": "limit_id.most"}]}');
SELECT lives_ok($$INSERT INTO erp.tap_lines (line_id, limit_id, amount) SELECT n, 1, 100 FROM generate_series(2000, 2100) AS n$$, 'looked up, within');
SELECT throws_ok($$INSERT INTO erp.tap_lines (line_id, limit_id, amount) VALUES (3000, 1, 100), (3001, 2, 0), (3002, 2, 0.01)$$, 'RP110', NULL, 'another key, another limit');
SELECT throws_ok($$INSERT INTO erp.tap_lines (line_id, amount) VALUES (3000, 0)$$, 'RP111', NULL, 'no key, no limit');
SELECT lives_ok($$WITH more AS (UPDATE erp.tap_limits SET most = 200 WHERE limit_id = 1 RETURNING limit_id)
    INSERT INTO erp.tap_lines (line_id, limit_id, amount) SELECT 3000, limit_id, 200 FROM more$$, 'what the same statement changed counts');

-- Other ways to write
SELECT lives_ok($$INSERT INTO erp.tap_lines (line_id, limit_id, amount) VALUES (3000, 1, 1) ON CONFLICT (line_id) DO UPDATE SET amount = 199$$, 'ON CONFLICT, within');
SELECT throws_ok($$INSERT INTO erp.tap_lines (line_id, limit_id, amount) VALUES (3000, 1, 1), (3005, 1, 2) ON CONFLICT (line_id) DO UPDATE SET amount = 201$$, 'RP110', NULL, 'ON CONFLICT, above in the row that was there');
SELECT throws_ok($$INSERT INTO erp.tap_lines (line_id, limit_id, amount) VALUES (3006, 1, 201) ON CONFLICT (line_id) DO NOTHING$$, 'RP110', NULL, 'and in one that was not');
SELECT lives_ok($$MERGE INTO erp.tap_lines AS l USING (VALUES (3000, 5), (3007, 6)) AS s (id, amount) ON l.line_id = s.id
    WHEN MATCHED THEN UPDATE SET amount = s.amount WHEN NOT MATCHED THEN INSERT (line_id, limit_id, amount) VALUES (s.id, 1, s.amount)$$, 'MERGE, within');
SELECT throws_ok($$MERGE INTO erp.tap_lines AS l USING (VALUES (3000, 5), (3008, 600)) AS s (id, amount) ON l.line_id = s.id
    WHEN MATCHED THEN UPDATE SET amount = s.amount WHEN NOT MATCHED THEN INSERT (line_id, limit_id, amount) VALUES (s.id, 1, s.amount)$$, 'RP110', NULL, 'MERGE, above');
ALTER TABLE erp.tap_lines DROP CONSTRAINT tap_lines_limit_id_fkey, ADD FOREIGN KEY (limit_id) REFERENCES erp.tap_limits ON UPDATE CASCADE;
SELECT pg_temp.only_rule('statement', '{"<": [{"var": "limit_id"}, 10]}');
SELECT throws_ok($$UPDATE erp.tap_limits SET limit_id = 10 WHERE limit_id = 1$$, 'RP110', NULL, 'a cascade is judged too');

-- At commit
DELETE FROM agent.constraints WHERE rule_name = 'tap_rule';
DELETE FROM erp.tap_lines;
SELECT pg_temp.only_rule('commit', '{"==": [{"var": "status"}, "posted"]}');
SELECT lives_ok($$INSERT INTO erp.tap_lines (line_id) VALUES (1), (2)$$, 'nothing is refused before');
SELECT throws_ok('SET CONSTRAINTS ALL IMMEDIATE', 'RP110', NULL, 'at commit it is');
SET CONSTRAINTS ALL DEFERRED;
UPDATE erp.tap_lines SET status = 'posted';
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'what counts is the row as it is then');
SELECT throws_ok($$UPDATE erp.tap_lines SET status = 'draft' WHERE line_id = 1$$, 'RP110', NULL, 'under IMMEDIATE it speaks at once');
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO erp.tap_lines (line_id) VALUES (3);
DELETE FROM agent.constraints WHERE rule_name = 'tap_rule';
INSERT INTO agent.constraints (rule_name, target_table, triggering_operation, timing, logic_ast, violation_message)
VALUES ('tap_rule', 'erp.tap_lines', 'INSERT', 'commit', '{"==": [{"var": "status"}, "posted"]}', 'tap rule is broken');
DELETE FROM erp.tap_lines WHERE line_id = 3;
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'a row that is gone is not judged');
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO erp.tap_lines (line_id, status) VALUES (3, 'posted');
UPDATE erp.tap_lines SET status = 'draft' WHERE line_id = 3;
SELECT throws_ok('SET CONSTRAINTS ALL IMMEDIATE', 'RP110', NULL, 'a rule of INSERT judges what became of the new row');
UPDATE erp.tap_lines SET note = 'x', status = 'posted' WHERE line_id = 3;
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'and it alone');
SELECT lives_ok($$UPDATE erp.tap_lines SET status = 'draft' WHERE line_id = 3$$, 'a later UPDATE is none');
SELECT pg_temp.only_rule('commit', '{"==": [{"var": "status"}, "posted"]}', 'DELETE');
SET CONSTRAINTS ALL DEFERRED;
DELETE FROM erp.tap_lines WHERE line_id = 1;
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'a rule of DELETE judges the row that went');
SET CONSTRAINTS ALL DEFERRED;
DELETE FROM erp.tap_lines WHERE line_id = 3;
SELECT throws_ok('SET CONSTRAINTS ALL IMMEDIATE', 'RP110', NULL, 'and refuses');
SAVEPOINT judged;
ROLLBACK TO judged;
INSERT INTO erp.tap_lines (line_id, status) VALUES (3, 'posted');
SELECT pg_temp.only_rule('commit', '{"!=": [{"var": "old.status"}, {"var": "new.status"}]}', 'UPDATE');
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'rules are those of the moment of judging');

-- At commit counts what all writes of a row come to
SET CONSTRAINTS ALL DEFERRED;
DELETE FROM agent.constraints WHERE rule_name = 'tap_rule';
INSERT INTO erp.tap_lines (line_id, amount, status) VALUES (20, 1, 'posted'), (21, 1, 'draft'), (22, 1, 'draft'), (23, 1, 'draft');
SELECT pg_temp.only_rule('commit', '{"==": [{"var": "old.status"}, "draft"]}', 'DELETE');
UPDATE erp.tap_lines SET status = 'draft' WHERE line_id = 20;
DELETE FROM erp.tap_lines WHERE line_id = 20;
SELECT throws_ok('SET CONSTRAINTS ALL IMMEDIATE', 'RP110', NULL, 'UPDATE and DELETE are a DELETE of the row as it was');
INSERT INTO erp.tap_lines (line_id, amount, status) VALUES (20, 1, 'posted');
SELECT throws_ok('SET CONSTRAINTS ALL IMMEDIATE', 'RP110', NULL, 'which another row of its key does not undo');
SELECT pg_temp.only_rule('commit', '{"==": [{"var": "old.status"}, "posted"]}', 'DELETE');
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'a DELETE of what was posted');
SET CONSTRAINTS ALL DEFERRED;
UPDATE erp.tap_lines SET status = 'posted', line_id = 210 WHERE line_id = 21;
UPDATE erp.tap_lines SET note = 'x' WHERE line_id = 210;
DELETE FROM erp.tap_lines WHERE line_id = 210;
SELECT is(
    pg_temp.refusal('SET CONSTRAINTS ALL IMMEDIATE') -> 'values',
    '{"old.status": "draft"}', 'nor is it the row as the transaction left it');
DELETE FROM agent.constraints WHERE rule_name = 'tap_rule';
SELECT pg_temp.only_rule('commit', '{"or": [{"<": [{"var": "line_id"}, 30]}, {">": [{"var": "line_id"}, 31]}]}');
INSERT INTO erp.tap_lines (line_id) VALUES (30);
UPDATE erp.tap_lines SET line_id = 31 WHERE line_id = 30;
DELETE FROM erp.tap_lines WHERE line_id = 31;
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'INSERT and DELETE are nothing');
SET CONSTRAINTS ALL DEFERRED;
SELECT pg_temp.only_rule('commit', 'false', 'UPDATE');
INSERT INTO erp.tap_lines (line_id, amount) VALUES (32, 1);
UPDATE erp.tap_lines SET amount = 2 WHERE line_id = 32;
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'INSERT and UPDATE are no UPDATE');
SET CONSTRAINTS ALL DEFERRED;
SELECT pg_temp.only_rule('commit', '{"==": [{"var": "status"}, "posted"]}', 'INSERT');
INSERT INTO erp.tap_lines (line_id) VALUES (33);
UPDATE erp.tap_lines SET line_id = 34 WHERE line_id = 33;
INSERT INTO erp.tap_lines (line_id, status) VALUES (33, 'posted');
SELECT throws_ok('SET CONSTRAINTS ALL IMMEDIATE', 'RP110', NULL, 'but an INSERT of what the row is now, whatever its key');
UPDATE erp.tap_lines SET status = 'posted' WHERE line_id = 34;
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'and as that it passes');
SET CONSTRAINTS ALL DEFERRED;
SELECT pg_temp.only_rule('commit', '{"and": [
    {"==": [{"-": [{"var": "new.amount"}, {"var": "old.amount"}]}, 16]},
    {"==": [{"-": [{"var": "new.line_id"}, {"var": "old.line_id"}]}, 200]}]}', 'UPDATE');
UPDATE erp.tap_lines SET amount = amount + 8, line_id = line_id + 100 WHERE line_id IN (22, 23);
UPDATE erp.tap_lines SET amount = amount + 8, line_id = line_id + 100 WHERE line_id IN (122, 123);
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'two UPDATEs are one, though the key changed twice');
SELECT throws_ok('UPDATE erp.tap_lines SET amount = amount + 16 WHERE line_id = 222', 'RP110', NULL, 'after that another one begins');
SET CONSTRAINTS ALL DEFERRED;
SAVEPOINT undone;
UPDATE erp.tap_lines SET amount = amount + 8 WHERE line_id = 222;
UPDATE erp.tap_lines SET amount = amount + 8 WHERE line_id = 222;
ROLLBACK TO undone;
UPDATE erp.tap_lines SET amount = amount + 16 WHERE line_id = 223;
SELECT throws_ok('SET CONSTRAINTS ALL IMMEDIATE', 'RP110', NULL, 'what was undone stands for nothing');
UPDATE erp.tap_lines SET line_id = 423 WHERE line_id = 223;
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'what came after it does');
SELECT is_empty('SELECT FROM agent.constraint_replaced', 'no note is left');

-- Partitions
SET CONSTRAINTS ALL DEFERRED;
SELECT pg_temp.only_rule('statement', '{"<": [{"var": "amount"}, 10]}', '*', 'erp.tap_parts');
CREATE TABLE erp.tap_part_3 PARTITION OF erp.tap_parts FOR VALUES IN (3);
ALTER TABLE erp.tap_part_3 OWNER TO erp_owner;
SELECT lives_ok($$INSERT INTO erp.tap_parts VALUES (1, 9), (2, 9), (3, 9)$$, 'through the root, within');
SELECT throws_ok($$INSERT INTO erp.tap_parts VALUES (1, 9), (2, 10)$$, 'RP110', NULL, 'through the root, above');
SELECT throws_ok($$INSERT INTO erp.tap_part_2 VALUES (2, 10)$$, 'RP110', NULL, 'straight into a partition');
SELECT throws_ok($$INSERT INTO erp.tap_part_3 VALUES (3, 10)$$, 'RP110', NULL, 'and into one that was made after the rule');
SELECT throws_ok($$UPDATE erp.tap_parts SET part_id = 2, amount = 11 WHERE part_id = 1$$, 'RP110', NULL, 'a row that moves');
SELECT pg_temp.only_rule('statement', '{"<": [{"var": "amount"}, 5]}', '*', 'erp.tap_part_2');
SELECT throws_ok($$INSERT INTO erp.tap_parts VALUES (2, 6)$$, 'RP110', NULL, 'a rule of one partition, through the root');
SELECT lives_ok($$INSERT INTO erp.tap_parts VALUES (1, 6)$$, 'which leaves the others alone');
SELECT pg_temp.only_rule('commit', '{"<": [{"var": "amount"}, 10]}', '*', 'erp.tap_parts');
INSERT INTO erp.tap_part_3 VALUES (3, 10);
SELECT throws_ok('SET CONSTRAINTS ALL IMMEDIATE', 'RP110', NULL, 'at commit in a partition');

-- COPY is a statement like any other
DELETE FROM erp.tap_lines;
SELECT pg_temp.only_rule('statement', '{"<=": [{"sum": {"in": "erp.tap_lines", "as": "l", "of": {"var": "l.amount"}}}, 10]}');
SELECT lives_ok($$COPY erp.tap_lines (line_id, amount) FROM PROGRAM 'printf "1\\t4\\n2\\t6\\n"'$$, 'COPY up to the limit, judged once all rows are there');
SELECT throws_ok($$COPY erp.tap_lines (line_id, amount) FROM PROGRAM 'printf "3\\t-1\\n4\\t2\\n"'$$, 'RP110', NULL, 'and beyond it');
DELETE FROM erp.tap_lines;
SELECT pg_temp.only_rule('commit', '{"==": [{"sum": {"in": "erp.tap_lines", "as": "l", "of": {"var": "l.amount"}}}, 0]}');
SELECT lives_ok($$COPY erp.tap_lines (line_id, amount) FROM PROGRAM 'printf "1\\t4\\n2\\t-3\\n"'$$, 'COPY is not judged before the commit');
SELECT throws_ok('SET CONSTRAINTS ALL IMMEDIATE', 'RP110', NULL, 'but then');
SET CONSTRAINTS ALL DEFERRED;
COPY erp.tap_lines (line_id, amount) FROM PROGRAM 'printf "3\t-1\n"';
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'a later COPY makes it whole');

SELECT finish();
ROLLBACK;
