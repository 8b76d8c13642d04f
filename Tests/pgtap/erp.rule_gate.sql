-- The gate beyond the storing of rules: what it reads, when it reads again, and that it fails closed.
BEGIN;
SELECT plan(36);

CREATE TABLE erp.tap_tiers (
    tier text PRIMARY KEY,
    max_discount numeric
);
CREATE TABLE erp.tap_buyers (
    buyer_id int PRIMARY KEY,
    tier text REFERENCES erp.tap_tiers,
    chief_id int REFERENCES erp.tap_buyers
);
CREATE TABLE erp.tap_deals (
    deal_id bigint PRIMARY KEY,
    buyer_id int REFERENCES erp.tap_buyers,
    total numeric,
    ratio float8,
    code char(5),
    note text,
    tags text[],
    due date
);
CREATE TABLE erp.tap_copies (deal_id bigint, total numeric);
ALTER TABLE erp.tap_tiers OWNER TO erp_owner;
ALTER TABLE erp.tap_buyers OWNER TO erp_owner;
ALTER TABLE erp.tap_deals OWNER TO erp_owner;
ALTER TABLE erp.tap_copies OWNER TO erp_owner;
INSERT INTO erp.tap_tiers VALUES ('gold', 10), ('plain', 0);
INSERT INTO erp.tap_buyers VALUES (1, 'gold', NULL), (2, 'plain', 1), (3, NULL, NULL);

-- A rule of this test; the rules before it go, so that each case stands alone.
CREATE FUNCTION pg_temp.only_rule(ast jsonb, operation text DEFAULT '*', more text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    DELETE FROM agent.constraints WHERE target_table LIKE 'erp.tap_%';
    INSERT INTO agent.constraints (rule_name, target_table, triggering_operation, logic_ast, violation_message)
    VALUES ('tap_rule', 'erp.tap_deals', operation, ast, 'tap rule is broken');
END
$$;

-- Facts of other tables
SELECT pg_temp.only_rule('{"<=": [{"var": "total"}, {"var": "buyer_id.tier.max_discount"}]}');
SELECT lives_ok($$INSERT INTO erp.tap_deals (deal_id, buyer_id, total) VALUES (1, 1, 10)$$, 'a path of two keys: within');
SELECT throws_ok($$INSERT INTO erp.tap_deals (deal_id, buyer_id, total) VALUES (2, 2, 10)$$, 'RP110', NULL, 'a path of two keys: above');
SELECT throws_ok($$INSERT INTO erp.tap_deals (deal_id, buyer_id, total) VALUES (2, NULL, 0)$$, 'RP111', NULL, 'a null key makes the path null');
SELECT throws_ok($$INSERT INTO erp.tap_deals (deal_id, buyer_id, total) VALUES (2, 3, 0)$$, 'RP111', NULL, 'so does a null on the way');
UPDATE erp.tap_tiers SET max_discount = 20 WHERE tier = 'gold';
SELECT lives_ok($$INSERT INTO erp.tap_deals (deal_id, buyer_id, total) VALUES (2, 1, 20)$$, 'a fact is read at each write');
SELECT lives_ok(
    $$WITH tier AS (INSERT INTO erp.tap_tiers VALUES ('new', 5) RETURNING tier) SELECT * FROM tier$$,
    'a new tier'
);
SELECT throws_ok(
    $$INSERT INTO erp.tap_deals (deal_id, buyer_id, total) SELECT n, 1, n FROM generate_series(15, 25) AS n$$,
    'RP110', NULL, 'one bad row of many refuses the statement'
);
SELECT is((SELECT count(*) FROM erp.tap_deals), 2::bigint, 'and leaves nothing of it');
SELECT pg_temp.only_rule('{"==": [{"var": "buyer_id.chief_id.tier"}, "gold"]}');
SELECT lives_ok($$INSERT INTO erp.tap_deals (deal_id, buyer_id) VALUES (3, 2)$$, 'a path back into its own table');

-- Both sides of a change
SELECT pg_temp.only_rule('{"or": [{"is_null": {"var": "old.total"}}, {">=": [{"var": "new.total"}, {"var": "old.total"}]}]}');
SELECT lives_ok($$INSERT INTO erp.tap_deals (deal_id, total) VALUES (4, 5)$$, 'old is null on INSERT for a rule of every operation');
SELECT throws_ok($$UPDATE erp.tap_deals SET total = 4 WHERE deal_id = 4$$, 'RP110', NULL, 'and the row before on UPDATE');
SELECT throws_ok($$DELETE FROM erp.tap_deals WHERE deal_id = 4$$, 'RP111', NULL, 'new is null on DELETE');

-- Types at their edges
SELECT pg_temp.only_rule('{"<": [{"var": "total"}, 100]}');
SELECT throws_ok($$INSERT INTO erp.tap_deals (deal_id, total) VALUES (5, 'NaN')$$, 'RP105', NULL, 'NaN is an error, not a number');
SELECT throws_ok($$INSERT INTO erp.tap_deals (deal_id, total) VALUES (5, '-Infinity')$$, 'RP105', NULL, 'so is infinity');
SELECT throws_ok($$INSERT INTO erp.tap_deals (deal_id, total) VALUES (5, 1e40)$$, 'RP105', NULL, 'and what needs more than 38 digits');
SELECT lives_ok($$INSERT INTO erp.tap_deals (deal_id, total) VALUES (5, -0.00000000000000000000000000001)$$, 'many decimals fit');
SELECT lives_ok($$INSERT INTO erp.tap_deals (deal_id, total) VALUES (6, 99.99999999999999999999)$$, 'the value before the bound');
SELECT throws_ok($$INSERT INTO erp.tap_deals (deal_id, total) VALUES (7, 100.00)$$, 'RP110', NULL, 'the bound');
SELECT pg_temp.only_rule('{"and": [{"==": [{"var": "code"}, "ab"]}, {"<": [{"var": "ratio"}, 0.3]}, {"is_not_null": {"var": "tags"}}]}');
SELECT lives_ok($$INSERT INTO erp.tap_deals (deal_id, code, ratio, tags) VALUES (8, 'ab', 0.1, '{x}')$$, 'char(n) without its blanks, float8 as its shortest decimal');
SELECT throws_ok($$INSERT INTO erp.tap_deals (deal_id, code, ratio, tags) VALUES (9, 'ab', 'Infinity', '{x}')$$, 'RP105', NULL, 'an infinite float8');
SELECT throws_ok($$INSERT INTO erp.tap_deals (deal_id, code, ratio) VALUES (9, 'ab', 0.1)$$, 'RP110', NULL, 'any type can be asked for null');
SELECT pg_temp.only_rule('{"!=": [{"var": "note"}, "x"]}');
SELECT lives_ok($$INSERT INTO erp.tap_deals (deal_id, note) VALUES (9, (SELECT string_agg(md5(n::text), '') FROM generate_series(1, 3000) AS n))$$, 'a text that is stored out of line');
SELECT lives_ok($$UPDATE erp.tap_deals SET total = 1 WHERE deal_id = 9$$, 'and read back from there');

-- What changes the rules is seen at the next statement, and undone with its transaction
SELECT pg_temp.only_rule('{"<": [{"var": "total"}, 10]}');
SELECT throws_ok($$INSERT INTO erp.tap_deals (deal_id, total) VALUES (20, 10)$$, 'RP110', NULL, 'the rule holds');
SAVEPOINT loosened;
UPDATE agent.constraints SET logic_ast = '{"<": [{"var": "total"}, 11]}' WHERE rule_name = 'tap_rule';
SELECT lives_ok($$INSERT INTO erp.tap_deals (deal_id, total) VALUES (20, 10)$$, 'its edit holds');
ROLLBACK TO loosened;
SELECT throws_ok($$INSERT INTO erp.tap_deals (deal_id, total) VALUES (20, 10)$$, 'RP110', NULL, 'its edit rolled back, it holds as before');
SAVEPOINT renamed;
ALTER TABLE erp.tap_deals RENAME COLUMN total TO amount;
SELECT throws_ok($$INSERT INTO erp.tap_deals (deal_id, amount) VALUES (20, 1)$$, 'RP102', NULL, 'a rule whose column is gone refuses everything');
ROLLBACK TO renamed;
SELECT lives_ok($$INSERT INTO erp.tap_deals (deal_id, total) VALUES (20, 1)$$, 'and works again with it');
SAVEPOINT retyped;
DROP VIEW agent.rules_read_erp_tap_deals;
ALTER TABLE erp.tap_deals ALTER COLUMN total TYPE text;
SELECT throws_ok($$INSERT INTO erp.tap_deals (deal_id, total) VALUES (21, '1')$$, 'RP104', NULL, 'so does one whose column has another type');
ROLLBACK TO retyped;
SELECT pg_temp.only_rule('{"==": [{"var": "buyer_id.tier"}, "gold"]}');
SELECT lives_ok($$INSERT INTO erp.tap_deals (deal_id, buyer_id) VALUES (21, 1)$$, 'a rule over a path');
SAVEPOINT unlinked;
ALTER TABLE erp.tap_buyers RENAME COLUMN tier TO grade;
SELECT throws_ok($$INSERT INTO erp.tap_deals (deal_id, buyer_id) VALUES (22, 1)$$, 'RP102', NULL, 'a change of the other table is seen too');
ROLLBACK TO unlinked;
SELECT lives_ok($$INSERT INTO erp.tap_deals (deal_id, buyer_id) VALUES (22, 1)$$, 'and its way back');

-- Several rules; a gate within a gate
SELECT pg_temp.only_rule('{"<": [{"var": "total"}, 10]}');
INSERT INTO agent.constraints (target_table, triggering_operation, logic_ast, violation_message, violation_code)
VALUES ('erp.tap_deals', 'INSERT', '{"<": [{"var": "total"}, 5]}', 'second', 'RP1T2'),
    ('erp.tap_copies', 'INSERT', '{"<": [{"var": "total"}, 3]}', 'of the copy', 'RP1T3');
SELECT throws_ok($$INSERT INTO erp.tap_deals (deal_id, total) VALUES (30, 10)$$, 'RP110', NULL, 'the older rule speaks first');
SELECT throws_ok($$INSERT INTO erp.tap_deals (deal_id, total) VALUES (30, 5)$$, 'RP1T2', 'second', 'then the next, with its own code and message');
CREATE FUNCTION pg_temp.copy_deal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO erp.tap_copies VALUES (NEW.deal_id, NEW.total);
    RETURN NULL;
END
$$;
CREATE TRIGGER _300_copy AFTER INSERT ON erp.tap_deals FOR EACH ROW EXECUTE FUNCTION pg_temp.copy_deal();
SELECT throws_ok($$INSERT INTO erp.tap_deals (deal_id, total) VALUES (30, 4)$$, 'RP1T3', NULL, 'a write inside a trigger is judged by its own table');
SELECT lives_ok($$INSERT INTO erp.tap_deals (deal_id, total) VALUES (30, 2)$$, 'and passes when both hold');

SELECT finish();
ROLLBACK;
