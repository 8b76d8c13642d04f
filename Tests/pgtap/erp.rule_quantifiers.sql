-- Quantifiers over tables: which rows they see, by which way they find them, and with whose rights.
BEGIN;
\ir _people.sql
SELECT plan(50);

CREATE TABLE erp.tap_goods (good_id bigint PRIMARY KEY, code text UNIQUE, price numeric(12, 2), spare int, blocked boolean);
CREATE TABLE erp.tap_carts (cart_id bigint PRIMARY KEY, limit_value numeric);
CREATE TABLE erp.tap_lines (
    line_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cart_id bigint REFERENCES erp.tap_carts,
    good_id bigint REFERENCES erp.tap_goods,
    code text,
    amount numeric
);
CREATE INDEX ON erp.tap_lines (cart_id);
CREATE TABLE erp.tap_parts (part_id int, region text, amount numeric) PARTITION BY LIST (region);
CREATE TABLE erp.tap_parts_north PARTITION OF erp.tap_parts FOR VALUES IN ('north');
CREATE TABLE erp.tap_parts_south PARTITION OF erp.tap_parts FOR VALUES IN ('south');
CREATE TABLE erp.tap_checks (check_id int, n bigint, t text);
ALTER TABLE erp.tap_goods OWNER TO erp_owner;
ALTER TABLE erp.tap_carts OWNER TO erp_owner;
ALTER TABLE erp.tap_lines OWNER TO erp_owner;
ALTER TABLE erp.tap_parts OWNER TO erp_owner;
ALTER TABLE erp.tap_parts_north OWNER TO erp_owner;
ALTER TABLE erp.tap_parts_south OWNER TO erp_owner;
ALTER TABLE erp.tap_checks OWNER TO erp_owner;
INSERT INTO erp.tap_goods VALUES (1, 'apple', 1.5, 0, false), (2, 'pear', 2, 0, true), (3, NULL, 3, 0, NULL);
INSERT INTO erp.tap_carts VALUES (1, 10), (2, NULL);

-- A rule of this test; the rules before it go, so that each case stands alone.
CREATE FUNCTION pg_temp.only_rule(target text, ast jsonb, operation text DEFAULT 'INSERT')
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    DELETE FROM agent.constraints WHERE rule_name = 'tap_rule';
    INSERT INTO agent.constraints (rule_name, target_table, triggering_operation, logic_ast, violation_message)
    VALUES ('tap_rule', target, operation, ast, 'tap rule is broken');
END
$$;
-- The DETAIL of a refusal, or NULL.
CREATE FUNCTION pg_temp.detail(statement text)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    detail text;
BEGIN
    EXECUTE statement;
    RETURN NULL;
EXCEPTION
    WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
        RETURN detail::jsonb;
END
$$;

-- By a unique index, by another index, by none
SELECT pg_temp.only_rule('erp.tap_lines', '{"exists": {"in": "erp.tap_goods", "as": "g",
    "where": {"==": [{"var": "g.good_id"}, {"var": "good_id"}]}, "satisfies": {"!": {"var": "g.blocked"}}}}');
SELECT lives_ok('INSERT INTO erp.tap_lines (good_id) VALUES (1)', 'the row of a unique key fits');
SELECT throws_ok('INSERT INTO erp.tap_lines (good_id) VALUES (2)', 'RP110', NULL, 'it does not fit');
SELECT throws_ok('INSERT INTO erp.tap_lines (good_id) VALUES (3)', 'RP111', NULL, 'it leaves the rule unknown');
SELECT throws_ok('INSERT INTO erp.tap_lines (good_id) VALUES (NULL)', 'RP110', NULL, 'a null key finds no row');
SELECT is(
    pg_temp.detail('INSERT INTO erp.tap_lines (good_id) VALUES (3)') -> 'unknown', '["g.blocked"]',
    'what is unknown is named'
);
SELECT is(
    pg_temp.detail('INSERT INTO erp.tap_lines (good_id) VALUES (2)') ->> 'failing',
    'exists g in erp.tap_goods where g.good_id == good_id: not g.blocked', 'what fails is the quantifier'
);
SELECT pg_temp.only_rule('erp.tap_lines', '{"exists": {"in": "erp.tap_goods", "as": "g",
    "where": {"==": [{"var": "code"}, {"var": "g.code"}]}}}');
SELECT lives_ok($$INSERT INTO erp.tap_lines (code) VALUES ('pear')$$, 'by a text key');
SELECT throws_ok($$INSERT INTO erp.tap_lines (code) VALUES ('pears')$$, 'RP110', NULL, 'by a text key that nobody has');
SELECT throws_ok($$INSERT INTO erp.tap_lines (code) VALUES (NULL)$$, 'RP110', NULL, 'null equals no null');
SELECT pg_temp.only_rule('erp.tap_lines', '{"exists": {"in": "erp.tap_goods", "as": "g",
    "where": {"==": [{"var": "g.price"}, {"var": "amount"}]}}}');
SELECT lives_ok('INSERT INTO erp.tap_lines (amount) VALUES (2.000)', 'without an index, whatever the scale');
SELECT throws_ok('INSERT INTO erp.tap_lines (amount) VALUES (2.001)', 'RP110', NULL, 'and no row');
SELECT pg_temp.only_rule('erp.tap_lines', '{"exists": {"in": "erp.tap_goods", "as": "g",
    "where": {"==": [{"var": "g.good_id"}, {"var": "amount"}]}}}');
SELECT lives_ok('INSERT INTO erp.tap_lines (amount) VALUES (1.00)', 'a number that is an integer is looked up as one');
SELECT throws_ok('INSERT INTO erp.tap_lines (amount) VALUES (1.5)', 'RP110', NULL, 'an integer key has no fraction');
SELECT throws_ok(
    'INSERT INTO erp.tap_lines (amount) VALUES (99999999999999999999)', 'RP110', NULL, 'what the key cannot hold is not found'
);
SELECT throws_ok($$INSERT INTO erp.tap_lines (amount) VALUES ('NaN')$$, 'RP105', NULL, 'an error in the key is seen by every row');
CREATE INDEX ON erp.tap_goods ((price * 2));
CREATE INDEX ON erp.tap_goods (price) WHERE price > 2.5;
SELECT pg_temp.only_rule('erp.tap_lines', '{"exists": {"in": "erp.tap_goods", "as": "g",
    "where": {"==": [{"var": "g.price"}, {"var": "amount"}]}}}');
SELECT lives_ok('INSERT INTO erp.tap_lines (amount) VALUES (2)', 'a partial index is not asked');
CREATE INDEX ON erp.tap_goods (price);
SELECT lives_ok('INSERT INTO erp.tap_lines (amount) VALUES (2)', 'a new index changes no verdict');

-- Sibling rows and effects of the statement
DELETE FROM erp.tap_lines;
SELECT pg_temp.only_rule('erp.tap_lines', '{"<=": [{"sum": {"in": "erp.tap_lines", "as": "l",
    "where": {"==": [{"var": "l.cart_id"}, {"var": "cart_id"}]}, "of": {"var": "l.amount"}}}, {"var": "cart_id.limit_value"}]}', '*');
SELECT lives_ok('INSERT INTO erp.tap_lines (cart_id, amount) VALUES (1, 4), (1, 6)', 'sibling rows up to the limit');
SELECT throws_ok('INSERT INTO erp.tap_lines (cart_id, amount) VALUES (1, 0.01)', 'RP110', NULL, 'one more is above it');
DELETE FROM agent.constraints WHERE rule_name = 'tap_rule';
DELETE FROM erp.tap_lines;
SELECT pg_temp.only_rule('erp.tap_lines', '{"<=": [{"sum": {"in": "erp.tap_lines", "as": "l",
    "where": {"==": [{"var": "l.cart_id"}, {"var": "cart_id"}]}, "of": {"var": "l.amount"}}}, {"var": "cart_id.limit_value"}]}');
SELECT throws_ok(
    'INSERT INTO erp.tap_lines (cart_id, amount) VALUES (1, 4), (1, 7)', 'RP110', NULL, 'the rows of one statement count together'
);
SELECT is(
    pg_temp.detail('INSERT INTO erp.tap_lines (cart_id, amount) VALUES (1, 4), (1, 7)') -> 'gap', '1', 'and the gap is theirs'
);
SELECT is(
    pg_temp.detail('INSERT INTO erp.tap_lines (cart_id, amount) VALUES (1, 12.5)') #>> '{values,sum(l.amount for l in erp.tap_lines where l.cart_id == cart_id)}',
    '12.5', 'what was summed up is a value of the refusal'
);
SELECT throws_ok('INSERT INTO erp.tap_lines (cart_id, amount) VALUES (2, 4)', 'RP111', NULL, 'an unknown limit refuses');
SELECT throws_ok('INSERT INTO erp.tap_lines (cart_id, amount) VALUES (1, NULL)', 'RP111', NULL, 'so does an unknown amount');

-- The witness
INSERT INTO erp.tap_checks VALUES (0, 0, 'x');
SELECT pg_temp.only_rule('erp.tap_checks', '{"forall": {"in": "erp.tap_goods", "as": "g", "where": {"is_not_null": [{"var": "g.code"}]},
    "satisfies": {"<=": [{"var": "g.price"}, {"var": "n"}]}}}');
SELECT lives_ok('INSERT INTO erp.tap_checks (n) VALUES (2)', 'all goods fit');
SELECT is(
    pg_temp.detail('INSERT INTO erp.tap_checks (n) VALUES (1)') - '{rule,constraint_id,version,table,operation,gap,values}'::text[],
    '{"failing": "forall g in erp.tap_goods where g.code is not null: g.price <= n", "witness": {"g.code": "apple", "g.price": 1.50}}',
    'the first good that does not fit is shown'
);
SELECT pg_temp.only_rule('erp.tap_checks', '{"forall": {"in": "erp.tap_carts", "as": "c", "satisfies": {"exists": {"in": "erp.tap_goods",
    "as": "g", "where": {"==": [{"var": "g.good_id"}, {"var": "c.cart_id"}]}, "satisfies": {"<": [{"var": "g.price"}, {"var": "n"}]}}}}}');
SELECT lives_ok('INSERT INTO erp.tap_checks (n) VALUES (3)', 'a quantifier inside a quantifier holds');
SELECT is(
    pg_temp.detail('INSERT INTO erp.tap_checks (n) VALUES (2)') -> 'witness', '{"c.cart_id": 2}', 'the outer row that lacks an inner one'
);

-- Paths from the rows
INSERT INTO erp.tap_lines (cart_id, good_id, amount) VALUES (1, 1, 1), (1, 3, 1);
SELECT pg_temp.only_rule('erp.tap_checks', '{"<": [{"sum": {"in": "erp.tap_lines", "as": "l", "where": {"==": [{"var": "l.cart_id"},
    {"var": "n"}]}, "of": {"*": [{"var": "l.amount"}, {"var": "l.good_id.price"}]}}}, 4.51]}');
SELECT lives_ok('INSERT INTO erp.tap_checks (n) VALUES (1)', 'a foreign key of each row is followed');
UPDATE erp.tap_goods SET price = 3.01 WHERE good_id = 3;
SELECT throws_ok('INSERT INTO erp.tap_checks (n) VALUES (1)', 'RP110', NULL, 'and read at each write');

-- Partitions, children, dropped columns
INSERT INTO erp.tap_parts VALUES (1, 'north', 5), (2, 'south', 6);
SELECT pg_temp.only_rule('erp.tap_checks', '{"==": [{"sum": {"in": "erp.tap_parts", "as": "p", "where": {"==": [{"var": "p.region"},
    {"var": "t"}]}, "of": {"var": "p.amount"}}}, {"var": "n"}]}');
SELECT lives_ok($$INSERT INTO erp.tap_checks (n, t) VALUES (6, 'south')$$, 'a partitioned table, by an equality');
SELECT lives_ok($$INSERT INTO erp.tap_checks (n, t) VALUES (0, 'west')$$, 'a region without rows');
SELECT pg_temp.only_rule('erp.tap_checks', '{"==": [{"count": {"in": "erp.tap_parts", "as": "p"}}, {"var": "n"}]}');
SELECT lives_ok('INSERT INTO erp.tap_checks (n) VALUES (2)', 'all partitions are counted');
CREATE TABLE erp.tap_more_goods () INHERITS (erp.tap_goods);
INSERT INTO erp.tap_more_goods VALUES (4, 'plum', 9, 0, false);
SELECT pg_temp.only_rule('erp.tap_checks', '{"==": [{"max": {"in": "erp.tap_goods", "as": "g", "of": {"var": "g.price"}}}, {"var": "n"}]}');
SELECT lives_ok('INSERT INTO erp.tap_checks (n) VALUES (9)', 'rows of a child table count');
DROP TABLE erp.tap_more_goods;
SELECT throws_ok('INSERT INTO erp.tap_checks (n) VALUES (9)', 'RP110', NULL, 'until it goes');
ALTER TABLE erp.tap_goods DROP COLUMN spare;
SELECT pg_temp.only_rule('erp.tap_checks', '{"==": [{"count": {"in": "erp.tap_goods", "as": "g", "where": {"var": "g.blocked"}}}, 1]}');
SELECT lives_ok('INSERT INTO erp.tap_checks (n) VALUES (1)', 'a column behind a dropped one');

-- Large texts and many rows
UPDATE erp.tap_goods SET code = repeat('long text ', 2000) || good_id WHERE good_id < 3;
SELECT pg_temp.only_rule('erp.tap_checks', '{"==": [{"max": {"in": "erp.tap_goods", "as": "g", "nulls": "skip", "of": {"var": "g.code"}}}, {"var": "t"}]}');
SELECT lives_ok($$INSERT INTO erp.tap_checks (t) VALUES (repeat('long text ', 2000) || '2')$$, 'a text out of line is compared whole');
INSERT INTO erp.tap_parts SELECT n, 'north', n % 7 FROM generate_series(1, 5000) AS n;
SELECT pg_temp.only_rule('erp.tap_checks', '{"==": [{"count_distinct": {"in": "erp.tap_parts_north", "as": "p", "of": {"var": "p.amount"}}}, {"var": "n"}]}');
SELECT lives_ok('INSERT INTO erp.tap_checks (n) VALUES (7)', 'thousands of rows, seven values');

-- Which tables, whose rights
PREPARE checked(text) AS
SELECT array_agg(code) FROM erp.rule_check('erp.tap_checks', 'INSERT', format('{"exists": {"in": %s, "as": "e"}}', to_json($1))::jsonb) WHERE severity = 'error';
SELECT results_eq($$EXECUTE checked('erp_customers')$$, 'SELECT NULL::text[]', 'a view of the ERP stands for its table');
SELECT results_eq($$EXECUTE checked('no_such_table')$$, $$SELECT '{RP102}'::text[]$$, 'a table that does not exist is refused');
SELECT results_eq($$EXECUTE checked('pg_catalog.pg_class')$$, $$SELECT '{RP102}'::text[]$$, 'so is a system table');
CREATE TEMP TABLE tap_temporary (n int);
SELECT results_eq($$EXECUTE checked('pg_temp.tap_temporary')$$, $$SELECT '{RP102}'::text[]$$, 'and a temporary one');
CREATE VIEW erp.tap_view AS SELECT 1 AS n;
SELECT results_eq($$EXECUTE checked('erp.tap_view')$$, $$SELECT '{RP102}'::text[]$$, 'and a view that is not the ERP''s');
CREATE SCHEMA tap_other;
GRANT USAGE ON SCHEMA tap_other TO erp_owner;
CREATE TABLE tap_other.notes (n bigint);
INSERT INTO tap_other.notes VALUES (1);
SELECT pg_temp.only_rule('erp.tap_checks', '{"exists": {"in": "tap_other.notes", "as": "x", "where": {"==": [{"var": "x.n"}, {"var": "n"}]}}}');
SELECT throws_ok('INSERT INTO erp.tap_checks (n) VALUES (1)', '42501', NULL, 'a table of another owner needs his leave');
GRANT SELECT ON tap_other.notes TO erp_owner;
SELECT lives_ok('INSERT INTO erp.tap_checks (n) VALUES (1)', 'and is read with it');
ALTER TABLE tap_other.notes ENABLE ROW LEVEL SECURITY;
SELECT throws_ok('INSERT INTO erp.tap_checks (n) VALUES (1)', '42501', NULL, 'policies of another owner are not met but refused');
ALTER TABLE tap_other.notes DISABLE ROW LEVEL SECURITY;
SELECT lives_ok('INSERT INTO erp.tap_checks (n) VALUES (1)', 'without them it is read again');
ALTER TABLE tap_other.notes RENAME TO renamed;
SELECT throws_ok('INSERT INTO erp.tap_checks (n) VALUES (1)', 'RP102', NULL, 'a rule whose table is gone refuses');

-- What the store asks
SELECT is(
    (
        SELECT string_agg(concat_ws(' ', relation, column_name, via), ', ' ORDER BY relation::text, column_name, via)
        FROM erp.rule_reads('erp.tap_lines', '*', '{"and": [{"<": [{"var": "good_id.price"}, {"var": "old.amount"}]},
            {"exists": {"in": "erp.tap_carts", "as": "c", "where": {"==": [{"var": "c.cart_id"}, {"var": "cart_id"}]}}},
            {">": [{"count": {"in": "erp.tap_parts", "as": "p"}}, 0]}]}')
    ),
    'erp.tap_carts cart_id exists, erp.tap_goods good_id path, erp.tap_goods price path, erp.tap_lines amount row, '
    'erp.tap_lines cart_id row, erp.tap_lines good_id row, erp.tap_parts count',
    'every column a rule reads, and by what'
);
SELECT throws_ok(
    $$SELECT * FROM erp.rule_reads('erp.tap_lines', '*', '{"==": [{"var": "amuont"}, 1]}')$$, 'RP102', NULL,
    'a rule that does not compile reads nothing'
);
SELECT finish();
ROLLBACK;
