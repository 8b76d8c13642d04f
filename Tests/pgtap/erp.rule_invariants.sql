-- Invariants: rules that also hold when what they read changes, and the locks that rules take.
BEGIN;
SELECT plan(62);

CREATE TABLE erp.tap_tiers (tier text PRIMARY KEY, most numeric);
CREATE TABLE erp.tap_sites (site_id int PRIMARY KEY, is_cold boolean, tier text REFERENCES erp.tap_tiers, note text);
CREATE TABLE erp.tap_goods (
    good_id bigint PRIMARY KEY,
    site_id int REFERENCES erp.tap_sites,
    needs_cold boolean NOT NULL DEFAULT false,
    amount numeric
);
CREATE TABLE erp.tap_permits (permit_id int PRIMARY KEY, good_id bigint, valid boolean);
ALTER TABLE erp.tap_tiers OWNER TO erp_owner;
ALTER TABLE erp.tap_sites OWNER TO erp_owner;
ALTER TABLE erp.tap_goods OWNER TO erp_owner;
ALTER TABLE erp.tap_permits OWNER TO erp_owner;
INSERT INTO erp.tap_tiers VALUES ('small', 10), ('large', 100);
INSERT INTO erp.tap_sites VALUES (1, true, 'large'), (2, false, 'small'), (3, true, 'small');
INSERT INTO erp.tap_goods VALUES (1, 1, true, 5), (2, 2, false, 5);

CREATE FUNCTION pg_temp.only_rule(ast jsonb, nature text DEFAULT 'invariant', operation text DEFAULT '*', moment text DEFAULT 'row')
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    id bigint;
BEGIN
    DELETE FROM agent.constraints WHERE target_table LIKE 'erp.tap_%';
    INSERT INTO agent.constraints (rule_name, target_table, triggering_operation, timing, kind, logic_ast, violation_message)
    VALUES ('tap_rule', 'erp.tap_goods', operation, moment, nature, ast, 'tap rule is broken')
    RETURNING constraint_id INTO id;
    RETURN id;
END
$$;
CREATE FUNCTION pg_temp.gates(relation regclass)
RETURNS text
LANGUAGE sql
AS $$
    SELECT string_agg(tgname, ' ' ORDER BY tgname) FROM pg_trigger WHERE tgrelid = relation AND tgname LIKE '\_5%' AND NOT tgisinternal
$$;
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
    WHEN SQLSTATE 'RP110' OR SQLSTATE 'RP111' THEN
        GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, code = RETURNED_SQLSTATE;
        RETURN detail::jsonb - 'constraint_id' || jsonb_build_object('code', code);
END
$$;
CREATE FUNCTION pg_temp.locks(id bigint)
RETURNS text
LANGUAGE sql
AS $$
    SELECT CASE current_setting('erp.tap_mode')
        WHEN 'native' THEN (
            SELECT string_agg(DISTINCT objid::int || ' ' || mode, ', ')
            FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND classid::bigint = hashint8(id)::bigint & 4294967295
        )
        ELSE (SELECT string_agg(slot::text, ', ') FROM agent.constraint_locks WHERE constraint_id = id)
    END
$$;
SELECT set_config('erp.tap_mode', :'MODE', true);

-- A path of one key
SELECT pg_temp.only_rule('{"implies": [{"var": "needs_cold"}, {"var": "site_id.is_cold"}]}', 'guard');
SELECT is(pg_temp.gates('erp.tap_sites'), NULL, 'a guard puts nothing on what it reads');
SELECT lives_ok($$UPDATE erp.tap_sites SET is_cold = false WHERE site_id = 1$$, 'and does not bite there');
UPDATE erp.tap_sites SET is_cold = true WHERE site_id = 1;
SELECT pg_temp.only_rule('{"implies": [{"var": "needs_cold"}, {"var": "site_id.is_cold"}]}');
SELECT is(pg_temp.gates('erp.tap_sites'), '_500_rule_invariant _500_rule_invariant_truncate _500_rule_invariant_update', 'an invariant does');
SELECT throws_ok($$INSERT INTO erp.tap_goods VALUES (3, 2, true, 1)$$, 'RP110', NULL, 'it holds at the write to its own table');
SELECT is(
    pg_temp.refusal($$UPDATE erp.tap_sites SET is_cold = false$$),
    '{"gap": null, "code": "RP110", "rule": "tap_rule", "table": "erp.tap_goods", "values": {"needs_cold": true, "site_id.is_cold": false}, "failing": "site_id.is_cold", "through": "erp.tap_sites", "version": 1, "operation": "UPDATE"}',
    'and at the write to what it reads, and says through which table');
SELECT lives_ok($$UPDATE erp.tap_sites SET is_cold = false WHERE site_id = 3$$, 'a site without such goods may change');
SELECT throws_ok($$UPDATE erp.tap_sites SET is_cold = NULL WHERE site_id = 1$$, 'RP111', NULL, 'unknown refuses');
SELECT lives_ok($$UPDATE erp.tap_sites SET note = 'x'$$, 'other columns are free');
UPDATE erp.tap_goods SET needs_cold = false;
SELECT lives_ok($$UPDATE erp.tap_sites SET is_cold = false WHERE site_id = 1$$, 'free again when nothing needs it');
UPDATE erp.tap_sites SET is_cold = true WHERE site_id = 1;
UPDATE erp.tap_goods SET needs_cold = true WHERE good_id = 1;
SELECT throws_ok($$TRUNCATE erp.tap_sites CASCADE$$, 'RP110', NULL, 'TRUNCATE of what it reads is refused');
ALTER TABLE erp.tap_goods ALTER CONSTRAINT tap_goods_site_id_fkey DEFERRABLE INITIALLY DEFERRED;
SELECT throws_ok($$UPDATE erp.tap_sites SET site_id = 9 WHERE site_id = 1$$, 'RP111', NULL, 'a key that goes away leaves the row behind');
SELECT throws_ok($$DELETE FROM erp.tap_sites WHERE site_id = 1$$, 'RP111', NULL, 'a row that goes away too');
ALTER TABLE erp.tap_goods ALTER CONSTRAINT tap_goods_site_id_fkey NOT DEFERRABLE;
UPDATE agent.constraints SET mode = 'shadow' WHERE rule_name = 'tap_rule';
SELECT lives_ok($$UPDATE erp.tap_sites SET is_cold = false WHERE site_id = 1$$, 'in shadow it refuses nothing');
UPDATE erp.tap_sites SET is_cold = true WHERE site_id = 1;
UPDATE agent.constraints SET mode = 'off' WHERE rule_name = 'tap_rule';
SELECT is(pg_temp.gates('erp.tap_sites'), NULL, 'off, it takes its triggers away');
UPDATE agent.constraints SET mode = 'enforce' WHERE rule_name = 'tap_rule';
SELECT throws_ok($$UPDATE erp.tap_sites SET is_cold = false$$, 'RP110', NULL, 'and puts them back');
DELETE FROM agent.constraints WHERE rule_name = 'tap_rule';
SELECT is(pg_temp.gates('erp.tap_sites'), NULL, 'deleted, it takes them away');
SELECT is_empty($$SELECT FROM agent.constraint_reads AS r WHERE r.relation = 'erp.tap_sites'::regclass$$, 'and what it read is forgotten');
SELECT pg_temp.only_rule('{"implies": [{"var": "needs_cold"}, {"var": "site_id.is_cold"}]}', 'invariant', 'DELETE');
SELECT lives_ok($$UPDATE erp.tap_sites SET is_cold = false WHERE site_id = 1$$, 'a rule of DELETE does not bite where nothing goes');
UPDATE erp.tap_sites SET is_cold = true WHERE site_id = 1;

-- A path of two keys
SELECT pg_temp.only_rule('{"<=": [{"var": "amount"}, {"var": "site_id.tier.most"}]}', 'invariant', 'INSERT');
SELECT throws_ok($$UPDATE erp.tap_tiers SET most = 4.99 WHERE tier = 'large'$$, 'RP110', NULL, 'at the far end');
SELECT lives_ok($$UPDATE erp.tap_tiers SET most = 5 WHERE tier = 'large'$$, 'at the far end, the bound');
UPDATE erp.tap_goods SET amount = 10 WHERE good_id = 2;
SELECT throws_ok($$UPDATE erp.tap_sites SET tier = 'large' WHERE site_id = 2$$, 'RP110', NULL, 'half way');
SELECT lives_ok($$UPDATE erp.tap_sites SET tier = 'large' WHERE site_id = 3$$, 'half way, where nothing lies');
SELECT is(
    (SELECT string_agg(p.kind || ' ' || p.relation || ' ' || p.lock, '; ' ORDER BY p.relation::text) FROM agent.constraints AS c, erp.rule_plan(c.constraint_id) AS p WHERE rule_name = 'tap_rule'),
    format('path erp.tap_sites rule %1$s by site_id = site_id; writers of the judged table share it; path erp.tap_tiers rule %1$s, all rows; writers of the judged table share it',
        (SELECT constraint_id FROM agent.constraints WHERE rule_name = 'tap_rule')),
    'the plan says what is locked');

-- Rows of another table
INSERT INTO erp.tap_permits VALUES (1, 1, true), (2, 1, true), (3, 2, true);
SELECT pg_temp.only_rule('{"implies": [{"var": "needs_cold"}, {"exists": {"in": "erp.tap_permits", "as": "p", "where": {"and": [{"==": [{"var": "p.good_id"}, {"var": "good_id"}]}, {"var": "p.valid"}]}}}]}');
SELECT lives_ok($$DELETE FROM erp.tap_permits WHERE permit_id = 1$$, 'one of two permits may go');
SELECT throws_ok($$DELETE FROM erp.tap_permits WHERE permit_id = 2$$, 'RP110', NULL, 'the last may not');
SELECT throws_ok($$UPDATE erp.tap_permits SET valid = false WHERE permit_id = 2$$, 'RP110', NULL, 'nor lose its validity');
SELECT throws_ok($$UPDATE erp.tap_permits SET good_id = 2$$, 'RP110', NULL, 'nor be given to another');
SELECT lives_ok($$UPDATE erp.tap_permits SET valid = false WHERE permit_id = 3$$, 'one that nothing needs may');
SELECT throws_ok($$INSERT INTO erp.tap_goods VALUES (5, 1, true, 1)$$, 'RP110', NULL, 'no permit, no goods');
SELECT throws_ok($$TRUNCATE erp.tap_permits$$, 'RP110', NULL, 'and they are not truncated');
SELECT lives_ok($$DELETE FROM erp.tap_goods WHERE false$$, 'nothing written, nothing judged');
SELECT is(
    (SELECT p.lock FROM agent.constraints AS c, erp.rule_plan(c.constraint_id) AS p WHERE rule_name = 'tap_rule'),
    format('rule %s by good_id = good_id; writers of the judged table share it', (SELECT constraint_id FROM agent.constraints WHERE rule_name = 'tap_rule')),
    'connected by the pair of columns in its where');
SELECT pg_temp.only_rule('{"implies": [{"var": "needs_cold"}, {">": [{"count": {"in": "erp.tap_permits", "as": "p", "where": {"var": "p.valid"}}}, 0]}]}');
SELECT throws_ok($$UPDATE erp.tap_permits SET valid = false$$, 'RP110', NULL, 'without a pair every row is judged');
DELETE FROM agent.constraints WHERE rule_name = 'tap_rule';
DELETE FROM erp.tap_permits;

-- Its own table
SELECT pg_temp.only_rule('{"<=": [{"sum": {"in": "erp.tap_goods", "as": "g", "where": {"==": [{"var": "g.site_id"}, {"var": "site_id"}]}, "of": {"var": "g.amount"}}}, 20]}', 'guard', 'INSERT');
SELECT is(pg_temp.gates('erp.tap_goods'), '_500_rule_gate _500_rule_gate_truncate', 'a guard over its own table has the gate alone');
SELECT lives_ok($$INSERT INTO erp.tap_goods VALUES (10, 3, false, 12), (11, 3, false, 8)$$, 'the bound, in one statement');
SELECT throws_ok($$INSERT INTO erp.tap_goods VALUES (12, 3, false, 0.01)$$, 'RP110', NULL, 'above it');
SELECT lives_ok($$INSERT INTO erp.tap_goods VALUES (12, 1, false, 15)$$, 'another key');
SELECT throws_ok($$INSERT INTO erp.tap_goods VALUES (13, 2, false, 6), (14, 2, false, 6)$$, 'RP110', NULL, 'rows of one statement count for each other');
SELECT is(
    pg_temp.locks(c.constraint_id),
    (SELECT string_agg(DISTINCT erp.rule_lock_slot(1, '{site_id}', to_jsonb(g)) || CASE :'MODE' WHEN 'native' THEN ' ExclusiveLock' ELSE '' END, ', ')
        FROM erp.tap_goods AS g WHERE g.good_id IN (10, 11, 12)),
    'locked by the value that connects the rows')
FROM agent.constraints AS c
WHERE rule_name = 'tap_rule';
SELECT pg_temp.only_rule('{">=": [{"sum": {"in": "erp.tap_goods", "as": "g", "where": {"==": [{"var": "g.site_id"}, {"var": "site_id"}]}, "of": {"var": "g.amount"}}}, 5]}');
SELECT lives_ok($$UPDATE erp.tap_goods SET amount = 3 WHERE good_id = 10$$, 'what stays is enough');
SELECT throws_ok($$UPDATE erp.tap_goods SET site_id = 1 WHERE good_id = 11$$, 'RP110', NULL, 'a row that leaves is missed where it was');
ALTER TABLE erp.tap_goods ADD beside_id bigint REFERENCES erp.tap_goods;
SELECT pg_temp.only_rule('{"implies": [{"var": "needs_cold"}, {"var": "beside_id.beside_id.needs_cold"}]}');
SELECT is(
    (SELECT string_agg(p.lock, ', ') FROM agent.constraints AS c, erp.rule_plan(c.constraint_id) AS p WHERE rule_name = 'tap_rule') LIKE '%share it%',
    false, 'two writers of a table that reads itself by its keys never share what both must have alone');
SELECT is(erp.rule_lock_slot(1, '{a}', '{"a": 1}'), erp.rule_lock_slot(1, '{a}', '{"a": 1.00}'), '1 and 1.00 are one key');
SELECT is(erp.rule_lock_slot(1, '{a}', '{"a": null}'), NULL, 'no value, no lock');
SELECT is(erp.rule_lock_slot(7, '{}', '{}'), 7168, 'no column, one lock');

-- Double entry at commit: every transaction's debits are its credits
CREATE TABLE erp.tap_legs (tx int NOT NULL, debit numeric NOT NULL DEFAULT 0, credit numeric NOT NULL DEFAULT 0);
ALTER TABLE erp.tap_legs OWNER TO erp_owner;
INSERT INTO agent.constraints (rule_name, target_table, timing, logic_ast, violation_message)
VALUES ('tap_balance', 'erp.tap_legs', 'commit', '{"==": [
    {"sum": {"in": "erp.tap_legs", "as": "l", "where": {"==": [{"var": "l.tx"}, {"var": "tx"}]}, "of": {"var": "l.debit"}}},
    {"sum": {"in": "erp.tap_legs", "as": "l", "where": {"==": [{"var": "l.tx"}, {"var": "tx"}]}, "of": {"var": "l.credit"}}}]}', 'debits are not credits');
INSERT INTO erp.tap_legs VALUES (1, 100, 0);
SELECT throws_ok('SET CONSTRAINTS ALL IMMEDIATE', 'RP110', 'debits are not credits', 'a leg alone');
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO erp.tap_legs VALUES (1, 0, 40), (1, 0, 59.99);
SELECT throws_ok('SET CONSTRAINTS ALL IMMEDIATE', 'RP110', NULL, 'a cent short');
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO erp.tap_legs VALUES (1, 0, 0.01);
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'balanced');
SET CONSTRAINTS ALL DEFERRED;
DELETE FROM erp.tap_legs WHERE credit = 40;
SELECT throws_ok('SET CONSTRAINTS ALL IMMEDIATE', 'RP110', NULL, 'a leg that is taken away');
SET CONSTRAINTS ALL DEFERRED;
DELETE FROM erp.tap_legs;
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'all of it taken away');
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO erp.tap_legs VALUES (2, 10, 0), (2, 0, 10), (3, 5, 0), (3, 0, 4);
SELECT throws_ok('SET CONSTRAINTS ALL IMMEDIATE', 'RP110', NULL, 'sums of one transaction are not those of another');
SET CONSTRAINTS ALL DEFERRED;
UPDATE erp.tap_legs SET credit = 5 WHERE credit = 4;
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'each is balanced');
SET CONSTRAINTS ALL DEFERRED;
CREATE FUNCTION erp.tap_more() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO erp.tap_legs VALUES (NEW.tx, 5, 0);
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER _400_more AFTER INSERT ON erp.tap_legs DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (new.credit = 1) EXECUTE FUNCTION erp.tap_more();
INSERT INTO erp.tap_legs VALUES (4, 0, 0), (4, 1, 1);
SELECT throws_ok('SET CONSTRAINTS ALL IMMEDIATE', 'RP110', NULL, 'a sum is not remembered past a write, though one at commit');
DELETE FROM erp.tap_legs WHERE tx = 4;

-- An invariant of timing commit
DELETE FROM agent.constraints WHERE rule_name IN ('tap_rule', 'tap_balance');
TRUNCATE erp.tap_permits;
DELETE FROM erp.tap_goods;
INSERT INTO erp.tap_goods VALUES (1, 1, true, 5), (2, 2, false, 5);
UPDATE erp.tap_sites SET is_cold = true, tier = 'large';
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT pg_temp.only_rule('{"implies": [{"var": "needs_cold"}, {"var": "site_id.is_cold"}]}', 'invariant', '*', 'commit');
SELECT is(pg_temp.gates('erp.tap_sites'), '_500_rule_invariant_at_commit _500_rule_invariant_truncate', 'has a deferred trigger on what it reads');
SELECT is_empty($$SELECT * FROM erp.invariant_rules_are_gated$$, 'and is said to be gated');
SELECT lives_ok($$UPDATE erp.tap_sites SET is_cold = false WHERE site_id = 1$$, 'a write to what it reads is not judged at once');
SELECT is(
    pg_temp.refusal('SET CONSTRAINTS ALL IMMEDIATE') -> 'through', '"erp.tap_sites"', 'but at commit');
UPDATE erp.tap_goods SET needs_cold = false WHERE good_id = 1;
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'by what the transaction left');
SET CONSTRAINTS ALL DEFERRED;
UPDATE erp.tap_goods SET needs_cold = true, site_id = 2 WHERE good_id = 1;
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'its own table is judged at commit as well');
SET CONSTRAINTS ALL DEFERRED;
UPDATE erp.tap_sites SET is_cold = false WHERE site_id = 2;
UPDATE erp.tap_sites SET note = 'y', is_cold = true WHERE site_id = 2;
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'what was put back is no change');
SET CONSTRAINTS ALL DEFERRED;
SELECT pg_temp.only_rule('{"or": [{"!": [{"var": "needs_cold"}]}, {"exists": {"in": "erp.tap_permits", "as": "p", "where": {"==": [{"var": "p.good_id"}, {"var": "good_id"}]}}}]}', 'invariant', '*', 'commit');
INSERT INTO erp.tap_permits VALUES (7, 1, true);
UPDATE erp.tap_goods SET amount = 6 WHERE good_id = 1;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
DELETE FROM erp.tap_permits;
INSERT INTO erp.tap_permits VALUES (8, 1, true);
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'a row may be replaced by another');
SET CONSTRAINTS ALL DEFERRED;
DELETE FROM erp.tap_permits;
SELECT throws_ok('SET CONSTRAINTS ALL IMMEDIATE', 'RP110', NULL, 'but not taken away');

SELECT * FROM finish();
ROLLBACK;
