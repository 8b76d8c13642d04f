-- The checker of rules: every error that can be found, what is suspicious, and that nothing hostile gets through or breaks it.
BEGIN;
SELECT plan(132);

CREATE TYPE erp.tap_state AS ENUM ('open', 'closed');
CREATE DOMAIN erp.tap_percent AS numeric(5, 2) CHECK (VALUE >= 0 AND VALUE <= 100);
CREATE TABLE erp.tap_tiers (
    tier varchar(10) PRIMARY KEY,
    best erp.tap_percent NOT NULL
);
INSERT INTO erp.tap_tiers VALUES ('standard', 0), ('gold', 10), ('platinum', 20);
CREATE TABLE erp.tap_orders (
    id bigint PRIMARY KEY,
    tier varchar(10) NOT NULL REFERENCES erp.tap_tiers,
    grade text CHECK (grade IN ('standard', 'gold', 'platinum')),
    state erp.tap_state NOT NULL,
    discount numeric(5, 2) NOT NULL,
    percent erp.tap_percent,
    ratio float8 NOT NULL,
    total numeric(12, 2) NOT NULL,
    twice numeric(13, 2) GENERATED ALWAYS AS (total * 2) STORED,
    quantity int NOT NULL CHECK (quantity > 0),
    odd int NOT NULL CHECK (odd > 5 OR odd < -5),
    code varchar(3) NOT NULL,
    due date NOT NULL,
    sent_at timestamptz NOT NULL,
    cold boolean NOT NULL,
    urgent boolean,
    parent bigint REFERENCES erp.tap_orders
);
CREATE TABLE erp.tap_lines (
    line_id bigint PRIMARY KEY,
    order_id bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('goods', 'service')),
    amount numeric(12, 2)
);

-- What the checker says, as "code path; code path", informations left out.
CREATE FUNCTION pg_temp.says(ast text, operation text DEFAULT 'INSERT', polarity text DEFAULT 'require')
RETURNS text
LANGUAGE sql
AS $$
    SELECT coalesce(string_agg(f.code || ' ' || f.path, '; ' ORDER BY f.code COLLATE "C", f.path COLLATE "C"), '')
    FROM erp.rule_findings('erp.tap_orders', operation, ast::jsonb, polarity) AS f
    WHERE f.severity <> 'info'
$$;

SELECT is(pg_temp.says(ast, operation), said, name)
FROM (VALUES
    -- sound rules: nothing is said
    ('a sound rule', '{"<=": [{"var": "total"}, 1000]}', 'INSERT', ''),
    ('a generated column, as rules are judged after the row is written', '{"<=": [{"var": "twice"}, 1000]}', 'INSERT', ''),
    ('a value that its list has', '{"==": [{"var": "grade"}, "gold"]}', 'INSERT', ''),
    ('a value that the referenced table has', '{"==": [{"var": "tier"}, "gold"]}', 'INSERT', ''),
    ('a list of values that all exist', '{"in": [{"var": "state"}, ["open", "closed"]]}', 'INSERT', ''),
    ('the last value that fits', '{"<=": [{"var": "discount"}, 999.98]}', 'INSERT', ''),
    ('a range', '{"and": [{">": [{"var": "total"}, 5]}, {"<": [{"var": "total"}, 10]}]}', 'INSERT', ''),
    ('the one value between', '{"and": [{">=": [{"var": "total"}, 5]}, {"<=": [{"var": "total"}, 5]}]}', 'INSERT', ''),
    ('bounds of two names', '{"and": [{">": [{"var": "total"}, 10]}, {"<": [{"var": "discount"}, 5]}]}', 'INSERT', ''),
    ('an or with a gap', '{"or": [{">": [{"var": "total"}, 10]}, {"<": [{"var": "total"}, 5]}]}', 'INSERT', ''),
    ('an or of values', '{"or": [{"==": [{"var": "state"}, "open"]}, {"==": [{"var": "state"}, "closed"]}]}', 'INSERT', ''),
    ('the same bound below different joints', '{"or": [{"and": [{">": [{"var": "total"}, 1]}, {"var": "cold"}]}, {">": [{"var": "total"}, 1]}]}', 'INSERT', ''),
    ('a CHECK that is no plain bound says nothing', '{">": [{"var": "odd"}, 0]}', 'INSERT', ''),
    ('a null test of what may be null', '{"is_null": [{"var": "percent"}]}', 'INSERT', ''),
    ('a quotient by a power of ten', '{"<=": [{"/": [{"var": "total"}, 100]}, 3]}', 'INSERT', ''),
    ('a rounded quotient', '{"<=": [{"*": [{"/": [{"var": "total"}, {"var": "quantity"}]}, 2]}, 3]}', 'INSERT', ''),
    ('an old value on UPDATE', '{"<=": [{"var": "old.total"}, 5]}', 'UPDATE', ''),
    ('an old value after asking for the operation', '{"or": [{"==": [{"var": "tx.operation"}, "INSERT"]}, {"<=": [{"var": "old.total"}, 5]}]}', '*', ''),
    ('an old value after asking whether there is one', '{"or": [{"is_null": [{"var": "old.id"}]}, {"<=": [{"var": "old.total"}, 5]}]}', '*', ''),
    ('the actor''s limit as an upper bound', '{"<=": [{"var": "total"}, {"var": "agent.financial_authority_limit"}]}', 'INSERT', ''),
    ('what is above the limit must be something', '{"implies": [{">": [{"var": "total"}, {"var": "agent.financial_authority_limit"}]}, {"var": "cold"}]}', 'INSERT', ''),
    ('dates in order', '{"and": [{">": [{"var": "due"}, "2026-01-01"]}, {"<": [{"var": "due"}, "2026-02-01"]}]}', 'INSERT', ''),
    ('typed nodes', '{"type": "comparison", "operator": "<=", "left": {"type": "field", "name": "total"}, "right": {"type": "literal", "value": 5}}', 'INSERT', ''),
    -- impossible constants
    ('a misspelt value of a CHECK', '{"==": [{"var": "grade"}, "platnum"]}', 'INSERT', 'impossible_value /==/1; never_true '),
    ('... from the other side', '{"==": ["platnum", {"var": "grade"}]}', 'INSERT', 'impossible_value /==/0; never_true '),
    ('... of an enum', '{"==": [{"var": "state"}, "opened"]}', 'INSERT', 'impossible_value /==/1; never_true '),
    ('... of a foreign key', '{"==": [{"var": "tier"}, "platnum"]}', 'INSERT', 'impossible_value /==/1; never_true '),
    ('... in a list', '{"in": [{"var": "state"}, ["open", "close"]]}', 'INSERT', 'impossible_value /in/1/1'),
    ('... in short nodes', '{"op": "==", "left": {"field": "grade"}, "right": {"literal": "platnum"}}', 'INSERT', 'impossible_value /right; never_true '),
    ('a value that is never there is always different', '{"!=": [{"var": "state"}, "opened"]}', 'INSERT', 'always_true ; impossible_value /!=/1'),
    ('a text longer than its column', '{"==": [{"var": "code"}, "ABCD"]}', 'INSERT', 'impossible_value /==/1; never_true '),
    ('a text as long as its column', '{"==": [{"var": "code"}, "ABC"]}', 'INSERT', ''),
    ('numeric(5,2) is below 1000', '{"<": [{"var": "discount"}, 1000]}', 'INSERT', 'always_true ; impossible_value /</1'),
    ('... and not above', '{">=": [{"var": "discount"}, 1000]}', 'INSERT', 'impossible_value />=/1; never_true '),
    ('a domain''s CHECK', '{"and": [{"var": "cold"}, {">": [{"var": "percent"}, 150]}]}', 'INSERT', 'impossible_value /and/1/>/1; never_true '),
    ('... at the end of a foreign key', '{">": [{"var": "tier.best"}, 100]}', 'INSERT', 'impossible_value />/1; never_true '),
    ('... and its bound', '{">=": [{"var": "tier.best"}, 100]}', 'INSERT', ''),
    ('a CHECK with an open bound', '{">": [{"var": "quantity"}, 0]}', 'INSERT', 'always_true ; impossible_value />/1'),
    ('a quoted number', '{">": [{"var": "quantity"}, "-5"]}', 'INSERT', 'always_true ; impossible_value />/1'),
    ('an integer has a range', '{">": [{"var": "odd"}, 3000000000]}', 'INSERT', 'impossible_value />/1; never_true '),
    ('arithmetic keeps bounds', '{">": [{"+": [{"var": "tier.best"}, {"var": "tier.best"}]}, 201]}', 'INSERT', 'never_true '),
    ('... and their value', '{">=": [{"+": [{"var": "tier.best"}, {"var": "tier.best"}]}, 200]}', 'INSERT', ''),
    ('a premise that is never true', '{"implies": [{"==": [{"var": "state"}, "opened"]}, {"var": "cold"}]}', 'INSERT', 'always_true ; impossible_value /implies/0/==/1; never_true /implies/0'),
    ('an operation there is not', '{"==": [{"var": "tx.operation"}, "MERGE"]}', 'INSERT', 'impossible_value /==/1; never_true '),
    -- verdicts
    ('true', 'true', 'INSERT', 'always_true '),
    ('false', 'false', 'INSERT', 'never_true '),
    ('a comparison of constants', '{"<": [1, 2]}', 'INSERT', 'always_true ; constant_compared '),
    ('a comparison of texts', '{"==": ["a", "b"]}', 'INSERT', 'constant_compared ; never_true '),
    ('a name with itself', '{"<": [{"var": "total"}, {"var": "total"}]}', 'INSERT', 'never_true ; same_sides '),
    ('a written null', '{"<": [{"var": "total"}, null]}', 'INSERT', 'always_unknown ; always_unknown '),
    ('null of what is never null', '{"is_null": [{"var": "total"}]}', 'INSERT', 'never_true ; never_true '),
    ('null of a key that is always there', '{"is_null": [{"var": "tier.best"}]}', 'INSERT', 'never_true ; never_true '),
    ('null of a key that may be missing', '{"is_null": [{"var": "parent.total"}]}', 'INSERT', ''),
    ('not of what is always true', '{"!": [{"<": [{"var": "discount"}, 1000]}]}', 'INSERT', 'impossible_value /!/0/</1; never_true '),
    ('one that is never true decides an and', '{"and": [{"var": "cold"}, {"==": [{"var": "state"}, "x"]}]}', 'INSERT', 'impossible_value /and/1/==/1; never_true '),
    ('and not an or', '{"or": [{"var": "cold"}, {"==": [{"var": "state"}, "x"]}]}', 'INSERT', 'impossible_value /or/1/==/1'),
    ('a comparison that excludes itself', '{"and": [{">": [{"var": "total"}, 10]}, {"<": [{"var": "total"}, 5]}]}', 'INSERT', 'never_true '),
    ('... at its open bound', '{"and": [{">": [{"var": "total"}, 5]}, {"<=": [5, {"var": "total"}]}, {"<=": [{"var": "total"}, 5]}]}', 'INSERT', 'never_true '),
    ('... of dates', '{"and": [{">": [{"var": "due"}, "2026-02-01"]}, {"<": [{"var": "due"}, "2026-01-01"]}]}', 'INSERT', 'never_true '),
    ('... of moments in two zones', '{"and": [{">": [{"var": "sent_at"}, "2026-01-01T12:00:00+02:00"]}, {"<": [{"var": "sent_at"}, "2026-01-01T09:00:00Z"]}]}', 'INSERT', 'never_true '),
    ('two values at once', '{"and": [{"==": [{"var": "state"}, "open"]}, {"==": [{"var": "state"}, "closed"]}]}', 'INSERT', 'never_true '),
    ('a value and not', '{"and": [{"==": [{"var": "state"}, "open"]}, {"!=": [{"var": "state"}, "open"]}]}', 'INSERT', 'never_true '),
    ('not the one or not the other', '{"or": [{"!=": [{"var": "state"}, "open"]}, {"!=": [{"var": "state"}, "closed"]}]}', 'INSERT', 'always_true '),
    ('an or without a gap', '{"or": [{">": [{"var": "total"}, 5]}, {"<=": [{"var": "total"}, 5]}]}', 'INSERT', 'always_true '),
    ('between the wrong way round', '{"between": [{"var": "total"}, 10, 5]}', 'INSERT', 'never_true ; never_true '),
    -- repetitions
    ('a bound behind a bound', '{"and": [{">": [{"var": "total"}, 10]}, {">": [{"var": "total"}, 5]}]}', 'INSERT', 'redundant /and/1'),
    ('a bound before a bound', '{"and": [{">": [{"var": "total"}, 5]}, {">": [{"var": "total"}, 10]}]}', 'INSERT', 'redundant /and/0'),
    ('in an or the stricter', '{"or": [{">": [{"var": "total"}, 10]}, {">": [{"var": "total"}, 5]}]}', 'INSERT', 'redundant /or/0'),
    ('the same condition twice', '{"and": [{"var": "cold"}, {"<": [{"var": "discount"}, {"var": "total"}]}, {"var": "cold"}]}', 'INSERT', 'redundant /and/2'),
    -- types that surprise
    ('a quotient that is compared', '{"<=": [{"/": [{"var": "total"}, {"var": "quantity"}]}, 3]}', 'INSERT', 'division_compared /<=/0'),
    ('a quotient by a third', '{"==": [{"/": [{"var": "total"}, 3]}, 1]}', 'INSERT', 'division_compared /==/0'),
    ('a float and a decimal', '{"==": [{"var": "ratio"}, 0.1]}', 'INSERT', 'float_compared /==/0'),
    ('a float in order', '{"<=": [{"var": "ratio"}, 0.1]}', 'INSERT', ''),
    -- timing
    ('an old value on INSERT too', '{"<=": [{"var": "old.total"}, 5]}', '*', 'old_on_insert /<=/0'),
    -- the actor
    ('the actor''s limit as a lower bound', '{"<=": [{"var": "agent.financial_authority_limit"}, {"var": "total"}]}', 'INSERT', 'inverted_limit '),
    ('... turned round', '{">": [{"var": "total"}, {"agent_attr": "financial_authority_limit"}]}', 'INSERT', 'inverted_limit '),
    ('... below an and', '{"and": [{"var": "cold"}, {">=": [{"var": "total"}, {"var": "agent.financial_authority_limit"}]}]}', 'INSERT', 'inverted_limit /and/1'),
    ('... of a sum', '{"<=": [{"var": "agent.financial_authority_limit"}, {"+": [{"var": "total"}, {"var": "twice"}]}]}', 'INSERT', 'inverted_limit '),
    ('... as a conclusion', '{"implies": [{"var": "cold"}, {">": [{"var": "total"}, {"var": "agent.financial_authority_limit"}]}]}', 'INSERT', 'inverted_limit /implies/1'),
    ('a limit against a constant', '{">": [{"var": "agent.financial_authority_limit"}, 5]}', 'INSERT', ''),
    -- errors: all of them, where they are independent
    ('a misspelt column', '{"<=": [{"var": "totl"}, 5]}', 'INSERT', 'RP102 /<=/0'),
    (
        'every misspelt column, and a type',
        '{"and": [{"<": [{"var": "totl"}, 5]}, {"<": [{"var": "total"}, true]}, {"==": [{"var": "tiers"}, {"var": "cold2"}]}]}', 'INSERT',
        'RP102 /and/0/</0; RP102 /and/2/==/0; RP102 /and/2/==/1; RP104 /and/1'
    ),
    (
        'an operator nobody knows, beside a column', '{"or": [{"equals": [1, 2]}, {"not": {"is_null": {"var": "totl"}}}]}', 'INSERT',
        'RP101 /or/0; RP102 /or/1/not/is_null'
    ),
    ('an old value on INSERT', '{"<=": [{"var": "old.total"}, 5]}', 'INSERT', 'RP102 /<=/0'),
    ('no condition', '{"+": [1, 2]}', 'INSERT', 'RP104 '),
    ('an empty group', '{"and": []}', 'INSERT', 'RP101 '),
    ('a null in a list', '{"in": [{"var": "total"}, [1, null]]}', 'INSERT', 'RP101 /in/1/1')
) AS v (name, ast, operation, said);

SELECT is(pg_temp.says(NULL), 'RP101 ', 'no rule');
SELECT is(
    (SELECT message FROM erp.rule_check('erp.tap_orders', 'INSERT', '{"==": [{"var": "grade"}, "platnum"]}') WHERE code = 'impossible_value'),
    $$grade is never 'platnum': it is one of standard, gold, platinum; did you mean 'platinum'?$$,
    'a warning names what was found, what would do and the nearest'
);
SELECT is(
    pg_temp.says('{">": [{"var": "total"}, {"var": "agent.financial_authority_limit"}]}', 'INSERT', 'forbid'), '',
    'above the limit is what a rule may forbid'
);
SELECT is(
    pg_temp.says('{"<=": [{"var": "total"}, {"var": "agent.financial_authority_limit"}]}', 'INSERT', 'forbid'), 'inverted_limit ',
    'and not what is within it'
);
SELECT results_eq(
    $$SELECT severity, path, code FROM erp.rule_check('erp.tap_orders', 'INSERT', '{"<": [{"var": "percent"}, 5]}')$$,
    $$VALUES ('info', '/</0', 'nullable')$$, 'a column that may leave the verdict unknown is told'
);
SELECT results_eq(
    $$SELECT path, code FROM erp.rule_check('erp.tap_orders', 'INSERT', '{"var": "urgent"}')$$, $$VALUES ('', 'nullable')$$, 'also one that is the whole rule'
);
SELECT is_empty(
    $$SELECT * FROM erp.rule_check('erp.tap_orders', 'INSERT', '{"or": [{"is_null": {"var": "percent"}}, {"<": [{"var": "percent"}, 5]}]}')$$,
    'unless the rule asks for null'
);
SELECT is_empty(
    $$SELECT * FROM erp.rule_check('erp.tap_orders', 'INSERT', '{"<": [{"coalesce": [{"var": "percent"}, 0]}, 5]}')$$, 'or says what null means'
);
SELECT is_empty(
    $$SELECT f.* FROM agent.constraints AS c CROSS JOIN erp.rule_check(c.target_relation, c.triggering_operation, c.logic_ast) AS f WHERE c.protected$$,
    'nothing is said about the seeded rules'
);

SELECT is(pg_temp.says(ast), said, name)
FROM (VALUES
    (
        'a quantifier', '{"forall": {"in": "erp.tap_lines", "as": "l", "where": {"==": [{"var": "l.order_id"}, {"var": "id"}]},
            "satisfies": {">": [{"var": "l.amount"}, 0]}}}', ''
    ),
    (
        'a quantifier that selects nothing', '{"exists": {"in": "erp.tap_lines", "as": "l", "where": {"and": [
            {"==": [{"var": "l.order_id"}, {"var": "id"}]}, {"==": [{"var": "l.kind"}, "gods"]}]}}}',
        'impossible_value /exists/where/and/1/==/1; never_true ; never_true /exists/where'
    ),
    (
        'all of nothing', '{"forall": {"in": "erp.tap_lines", "as": "l", "where": {"==": [{"var": "l.kind"}, "gods"]},
            "satisfies": {">": [{"var": "l.amount"}, {"var": "total"}]}}}',
        'always_true ; impossible_value /forall/where/==/1; never_true /forall/where'
    ),
    (
        'a satisfies that no row meets', '{"exists": {"in": "erp.tap_lines", "as": "l", "satisfies": {"==": [{"var": "l.kind"}, "gods"]}}}',
        'impossible_value /exists/satisfies/==/1; never_true '
    ),
    ('a count is never negative', '{">=": [{"count": {"in": "erp.tap_lines", "as": "l"}}, 0]}', 'always_true '),
    ('a count may be one', '{"<=": [{"count": {"in": "erp.tap_lines", "as": "l"}}, 1]}', ''),
    ('a column that the relation lacks', '{"exists": {"in": "erp.tap_lines", "as": "l", "where": {"==": [{"var": "l.order"}, {"var": "id"}]}}}', 'RP102 /exists/where/==/0'),
    (
        'a wrong name inside and one outside', '{"and": [{"exists": {"in": "erp.tap_lines", "as": "l", "where": {"==": [{"var": "l.order"}, {"var": "id"}]}}}, {"var": "colt"}]}',
        'RP102 /and/0/exists/where/==/0; RP102 /and/1'
    ),
    ('a relation there is not', '{"exists": {"in": "erp.tap_linse", "as": "l"}}', 'RP102 /exists/in'),
    ('a system table', '{"exists": {"in": "pg_catalog.pg_authid", "as": "l"}}', 'RP102 /exists/in'),
    ('another view', '{"exists": {"in": "information_schema.tables", "as": "l"}}', 'RP102 /exists/in')
) AS v (name, ast, said);

SELECT is(
    erp.rule_reference_values('erp.tap_tiers'::regclass, 1::smallint, 'erp_operator'), NULL, 'who may not read the referenced table is not told what it holds'
);
GRANT SELECT ON erp.tap_tiers TO erp_operator;
SELECT is(
    erp.rule_reference_values('erp.tap_tiers'::regclass, 1::smallint, 'erp_operator'), '{standard,gold,platinum}', 'who may is'
);
ALTER TABLE erp.tap_tiers ENABLE ROW LEVEL SECURITY;
SELECT is(
    erp.rule_reference_values('erp.tap_tiers'::regclass, 1::smallint, 'erp_operator'), NULL, 'and nobody where policies decide which rows'
);

-- Quantifiers: how their rows are found, and what that costs.
CREATE FUNCTION pg_temp.lint(ast text)
RETURNS text
LANGUAGE sql
AS $$
    SELECT coalesce(string_agg(f.code || ' ' || f.path, '; ' ORDER BY f.code COLLATE "C", f.path COLLATE "C"), '')
    FROM erp.rule_lint('erp.tap_orders', 'INSERT', ast::jsonb, 'require') AS f
    WHERE f.severity <> 'info'
$$;
PREPARE of_order AS SELECT pg_temp.lint('{"exists": {"in": "erp.tap_lines", "as": "l", "where": {"==": [{"var": "l.order_id"}, {"var": "id"}]}}}');
SELECT results_eq('of_order', $$VALUES ('')$$, 'a small table may be read whole');
UPDATE pg_class SET reltuples = 50000 WHERE oid = 'erp.tap_lines'::regclass;
SELECT results_eq('of_order', $$VALUES ('unindexed /exists')$$, 'a large one wants an index');
SELECT is(
    (
        SELECT message
        FROM erp.rule_lint('erp.tap_orders', 'INSERT', '{"exists": {"in": "erp.tap_lines", "as": "l", "where": {"==": [{"var": "l.order_id"}, {"var": "id"}]}}}', 'require')
        WHERE code = 'unindexed'
    ),
    'reads all 50000 rows of erp.tap_lines for each row judged; CREATE INDEX ON erp.tap_lines (order_id)', 'and says which'
);
UPDATE pg_class SET reltuples = 5000000 WHERE oid = 'erp.tap_lines'::regclass;
SELECT results_eq('of_order', $$VALUES ('RP103 ; unindexed /exists')$$, 'a very large one costs too much');
CREATE INDEX ON erp.tap_lines (order_id);
UPDATE pg_class SET reltuples = 5000000 WHERE oid = 'erp.tap_lines'::regclass;
SELECT results_eq('of_order', $$VALUES ('')$$, 'with the index it may be as large as it is');
SELECT is(
    pg_temp.lint('{"exists": {"in": "erp.tap_lines", "as": "l", "where": {"<": [{"var": "l.order_id"}, {"var": "id"}]}}}'),
    'RP103 ; unindexed /exists', 'an inequality ties no row'
);
SELECT is(
    pg_temp.lint('{"exists": {"in": "erp.tap_lines", "as": "l", "where": {"==": [{"var": "l.order_id"}, {"var": "l.line_id"}]}}}'),
    'RP103 ; unindexed /exists', 'nor do two columns of the same row'
);

GRANT TRIGGER ON erp.tap_orders TO erp_gate;
-- Storing a rule: errors refuse, warnings do not.
SELECT throws_ok(
    $$INSERT INTO agent.constraints (rule_name, target_table, logic_ast, violation_message) VALUES ('tap', 'erp.tap_orders', '{"<": [{"var": "totl"}, 5]}', 'no')$$,
    'RP102', NULL, 'a rule with an error is refused'
);
SELECT lives_ok(
    $$INSERT INTO agent.constraints (rule_name, target_table, logic_ast, violation_message) VALUES ('tap', 'erp.tap_orders', '{"==": [{"var": "grade"}, "platnum"]}', 'no')$$,
    'a rule with a warning is stored'
);

-- Hostile rules: refused with their code (or by jsonb itself), whatever they are; never accepted, never a crash.
CREATE FUNCTION pg_temp.attempt(ast text, target text DEFAULT 'erp.tap_orders')
RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN coalesce((SELECT c.code FROM erp.rule_check(target::regclass, '*', ast::jsonb) AS c LIMIT 1), 'accepted');
EXCEPTION
    WHEN OTHERS THEN
        RETURN SQLSTATE;
END
$$;
SELECT is(pg_temp.attempt(ast), said, name)
FROM (VALUES
    ('a rule that is deeper than 64 levels', repeat('{"!": ', 65) || 'true' || repeat('}', 65), 'RP103'),
    ('one that is 1,000 deep', repeat('{"!": ', 1000) || 'true' || repeat('}', 1000), 'RP103'),
    ('lists in lists', repeat('[', 10) || repeat(']', 10), 'RP101'),
    ('100,000 nodes', '{"and": [' || repeat('true, ', 99999) || 'true]}', 'RP103'),
    ('a number of 10,000 digits', '{"<": [{"var": "total"}, ' || repeat('9', 10000) || ']}', 'RP105'),
    ('NaN', '{"<": [{"var": "total"}, "NaN"]}', 'RP104'),
    ('a NUL', '{"==": [{"var": "code"}, "\u0000"]}', '22P05'),
    ('a lone surrogate', '{"==": [{"var": "code"}, "\ud800"]}', '22P02'),
    ('bytes that are no JSON', E'\x01\x02{]', '22P02'),
    ('a name that looks like SQL', '{"is_null": {"var": "total\"; DROP TABLE erp.tap_orders; --"}}', 'RP102'),
    ('an operator that looks like SQL', '{"(SELECT 1)": [1, 2]}', 'RP101'),
    ('a name of 60,000 letters', '{"is_null": {"var": "' || repeat('a', 60000) || '"}}', 'RP102'),
    ('1,000 names of nothing', '{"and": [' || (SELECT string_agg('{"var": "x' || n || '"}', ', ') FROM generate_series(1, 1000) AS n) || ']}', 'RP102')
) AS v (name, ast, said);

SELECT * FROM finish();
ROLLBACK;
