-- Judging a rule over a record with a target table: types come from its columns, facts from its foreign keys.
-- What needs no table is in Tests/vectors/rules.jsonl.
BEGIN;
SELECT plan(58);

CREATE TYPE erp.gate_status AS ENUM ('draft', 'posted');
CREATE DOMAIN erp.gate_amount AS numeric(19, 4);
CREATE TABLE erp.gate_tiers (
    tier text PRIMARY KEY,
    max_discount numeric(5, 2)
);
CREATE TABLE erp.gate_customers (
    customer_id bigint PRIMARY KEY,
    tier text REFERENCES erp.gate_tiers,
    parent_id bigint REFERENCES erp.gate_customers
);
CREATE TABLE erp.gate_orders (
    order_id bigint PRIMARY KEY,
    customer_id bigint REFERENCES erp.gate_customers,
    total erp.gate_amount,
    quantity int,
    ratio float8,
    status erp.gate_status,
    code char(5),
    is_cold boolean,
    due date,
    sent_at timestamptz,
    local_at timestamp,
    global_id uuid,
    tags text[],
    "Mixed Case" int
);
INSERT INTO erp.gate_tiers VALUES ('gold', 10);
INSERT INTO erp.gate_customers VALUES (1, 'gold', NULL), (2, NULL, 1);

CREATE FUNCTION pg_temp.judge(ast jsonb, record jsonb, context jsonb DEFAULT '{}')
RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN coalesce(erp.rule_evaluate(ast, record, context, 'erp.gate_orders') ->> 'verdict', 'unknown');
EXCEPTION
    WHEN OTHERS THEN
        RETURN SQLSTATE;
END
$$;

SELECT is(pg_temp.judge(ast::jsonb, record::jsonb, context::jsonb), verdict, name)
FROM (VALUES
    ('a domain is its base type', '{"<=": [{"var": "total"}, 100]}', '{"total": 100}', '{}', 'true'),
    ('a text in the record becomes what the column holds', '{"<=": [{"var": "total"}, 100]}', '{"total": "100.00001"}', '{}', 'true'),
    ('a text that the column cannot hold', '{"<=": [{"var": "total"}, 100]}', '{"total": "much"}', '{}', '22P02'),
    ('int and numeric compare', '{"<": [{"var": "quantity"}, {"var": "total"}]}', '{"quantity": 1, "total": 1.0001}', '{}', 'true'),
    ('float compares exactly as it prints', '{"==": [{"var": "ratio"}, 0.1]}', '{"ratio": 0.1}', '{}', 'true'),
    ('NaN is no number', '{"==": [{"var": "ratio"}, 0.1]}', '{"ratio": "NaN"}', '{}', 'RP105'),
    ('an enum is text', '{"==": [{"var": "status"}, "posted"]}', '{"status": "posted"}', '{}', 'true'),
    ('char is text without its padding', '{"==": [{"var": "code"}, "AB"]}', '{"code": "AB"}', '{}', 'true'),
    ('a boolean column is a condition', '{"var": "is_cold"}', '{"is_cold": true}', '{}', 'true'),
    ('a boolean does not order', '{"<": [{"var": "is_cold"}, true]}', '{"is_cold": true}', '{}', 'RP104'),
    ('dates compare with quoted dates', '{"<": [{"var": "due"}, "2026-03-01"]}', '{"due": "2026-02-28"}', '{}', 'true'),
    ('a date that does not exist', '{"<": [{"var": "due"}, "2026-02-30"]}', '{"due": "2026-02-28"}', '{}', 'RP104'),
    ('a date word that moves', '{"<": [{"var": "due"}, "today"]}', '{"due": "2026-02-28"}', '{}', 'RP104'),
    ('infinity is after every date', '{"<": [{"var": "due"}, "9999-12-31"]}', '{"due": "infinity"}', '{}', 'false'),
    ('instants compare across zones', '{"==": [{"var": "sent_at"}, "2026-01-01T12:00:00+02:00"]}', '{"sent_at": "2026-01-01T10:00:00Z"}', '{}', 'true'),
    ('an instant needs a zone', '{"==": [{"var": "sent_at"}, "2026-01-01T12:00:00"]}', '{}', '{}', 'RP104'),
    ('a local time has none', '{"==": [{"var": "local_at"}, "2026-01-01 12:00"]}', '{"local_at": "2026-01-01 12:00:00"}', '{}', 'true'),
    ('a date and an instant do not compare', '{"<": [{"var": "due"}, {"var": "sent_at"}]}', '{}', '{}', 'RP104'),
    (
        'uuids compare in any case', '{"==": [{"var": "global_id"}, "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"]}',
        '{"global_id": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}', '{}', 'true'
    ),
    ('other types can be asked for null', '{"is_null": {"var": "tags"}}', '{"tags": ["a"]}', '{}', 'false'),
    ('and nothing else', '{"==": [{"var": "tags"}, "a"]}', '{"tags": ["a"]}', '{}', 'RP104'),
    -- Names come before types, and what is given for the actor is of the attribute's type.
    ('an unknown attribute beside a type error', '{"and": [{"<": [{"var": "is_cold"}, true]}, {"==": [{"agent_attr": "nothing"}, 1]}]}', '{}', '{}', 'RP102'),
    ('an unknown attribute where its type would be wrong', '{"<": [{"+": [{"var": "code"}, 1]}, {"var": "agent.nothing"}]}', '{}', '{}', 'RP102'),
    ('a text for a limit', '{"<": [1, {"var": "agent.financial_authority_limit"}]}', '{}', '{"agent": {"financial_authority_limit": "much"}}', 'RP104'),
    ('a number as text for a limit', '{"<": [1, {"var": "agent.financial_authority_limit"}]}', '{}', '{"agent": {"financial_authority_limit": "2"}}', 'true'),
    ('a boolean for a limit', '{"in": [{"coalesce": [{"var": "agent.financial_authority_limit"}, 1]}, [1, 2]]}', '{}', '{"agent": {"financial_authority_limit": true}}', 'RP104'),
    ('an object for a name', '{"==": ["x", {"var": "agent.role_name"}]}', '{}', '{"agent": {"role_name": {}}}', 'RP104'),
    ('a number for a name', '{"==": ["7", {"var": "agent.role_name"}]}', '{}', '{"agent": {"role_name": 7}}', 'true'),
    ('a limit of more than 38 digits', '{"or": [true, {"<": [1, {"var": "agent.financial_authority_limit"}]}]}', '{}', '{"agent": {"financial_authority_limit": "1e40"}}', 'true'),
    ('no instant for the clock', '{"<": [{"var": "sent_at"}, {"var": "tx.now"}]}', '{}', '{"tx": {"now": "noon"}}', 'RP104'),
    ('names are exact', '{"==": [{"var": "Mixed Case"}, 1]}', '{"Mixed Case": 1}', '{}', 'true'),
    ('also in their case', '{"==": [{"var": "Total"}, 1]}', '{"total": 1}', '{}', 'RP102'),
    ('a column that is not in the record is null', '{"is_null": {"var": "total"}}', '{}', '{}', 'true'),
    ('an old row that is null', '{"and": [{"<=": [{"var": "total"}, 5]}, {"is_null": [{"var": "old.total"}]}]}', '{"total": 5}', '{"old": null}', 'true'),
    ('and of a DELETE is the row', '{"==": [{"var": "old.total"}, 5]}', '{"total": 5}', '{"old": null, "tx": {"operation": "DELETE"}}', 'true'),
    ('a fact behind a foreign key', '{"==": [{"var": "customer_id.tier"}, "gold"]}', '{"customer_id": 1}', '{}', 'true'),
    ('two keys away', '{"==": [{"var": "customer_id.tier.max_discount"}, 10]}', '{"customer_id": 1}', '{}', 'true'),
    ('three keys away', '{"==": [{"var": "customer_id.parent_id.tier.max_discount"}, 10]}', '{"customer_id": 2}', '{}', 'true'),
    ('a null on the way', '{"==": [{"var": "customer_id.tier.max_discount"}, 10]}', '{"customer_id": 2}', '{}', 'unknown'),
    ('a null at the start', '{"==": [{"var": "customer_id.tier"}, "gold"]}', '{}', '{}', 'unknown'),
    ('the referenced key itself', '{"==": [{"var": "customer_id.customer_id"}, 1]}', '{"customer_id": 1}', '{}', 'true'),
    ('a given fact is not looked up', '{"==": [{"var": "customer_id.tier"}, "gold"]}', '{"customer_id": 2}', '{"facts": {"customer_id.tier": "gold"}}', 'true'),
    ('facts of the old row', '{"==": [{"var": "old.customer_id.tier"}, "gold"]}', '{"customer_id": 2}', '{"old": {"customer_id": 1}}', 'true'),
    ('new is the row at hand', '{"==": [{"var": "new.total"}, 1]}', '{"total": 1}', '{}', 'true'),
    ('but not on DELETE', '{"is_null": {"var": "new.total"}}', '{"total": 1}', '{"tx": {"operation": "DELETE"}}', 'true'),
    ('where the row at hand is the old one', '{"==": [{"var": "total"}, {"var": "old.total"}]}', '{"total": 1}', '{"tx": {"operation": "DELETE"}}', 'true'),
    ('the operation', '{"==": [{"var": "tx.operation"}, "UPDATE"]}', '{}', '{"tx": {"operation": "UPDATE"}}', 'true'),
    ('the instant', '{">": [{"var": "tx.now"}, "2026-01-01T00:00:00Z"]}', '{}', '{"tx": {"now": "2026-01-01T00:00:00.000001Z"}}', 'true'),
    ('the role of the actor', '{"in": [{"agent_attr": "role_name"}, ["sales_agent"]]}', '{}', '{"agent": {"role_name": "sales_agent"}}', 'true'),
    ('a way without foreign key', '{"==": [{"var": "total.x"}, 1]}', '{}', '{}', 'RP102'),
    ('a branch that is not taken is not computed', '{"if": [{"==": [{"var": "quantity"}, 0]}, true, {">": [{"/": [1, {"var": "quantity"}]}, 0]}]}', '{"quantity": 0}', '{}', 'true'),
    ('an unknown test takes no branch', '{"if": [{"==": [{"var": "quantity"}, 0]}, true, true]}', '{}', '{}', 'unknown'),
    ('branches agree in type', '{"==": [{"if": [true, 1, {"var": "status"}]}, 1]}', '{}', '{}', 'RP104'),
    ('the largest of dates', '{"==": [{"max": [{"var": "due"}, "2026-01-02"]}, "2026-01-02"]}', '{"due": "2026-01-01"}', '{}', 'true')
) AS c (name, ast, record, context, verdict);

-- An engine may say more in a trace (the path of a field, the kind of an error), never less.
SELECT ok(
    erp.rule_evaluate('{"and": [{"<=": [{"var": "total"}, 10]}, {"var": "is_cold"}]}', '{"total": 11, "is_cold": true}', '{}', 'erp.gate_orders')
    @> '{"verdict": false, "value": false, "trace": {
        "label": "(total <= 10) and is_cold", "value": false, "pass": false, "children": [
            {"label": "total <= 10", "value": false, "pass": false, "children": [
                {"label": "total", "value": 11, "pass": null, "children": []},
                {"label": "10", "value": 10, "pass": null, "children": []}]},
            {"label": "is_cold", "value": true, "pass": true, "children": []}]}}'::jsonb,
    'the trace shows every part with its value'
);
SELECT is(
    (SELECT to_jsonb(c) FROM erp.rule_check('erp.gate_orders', 'UPDATE', '{"and": [true, {"<=": [{"var": "quanity"}, 10]}]}') AS c),
    '{"severity": "error", "path": "/and/1/<=/0", "code": "RP102",
      "message": "erp.gate_orders has no column \"quanity\"; did you mean \"quantity\"?"}'::jsonb,
    'rule_check names the node by its JSON pointer'
);
SELECT is_empty(
    $$SELECT * FROM erp.rule_check('erp.gate_orders', 'UPDATE', '{"<=": [{"var": "old.order_id"}, 10]}')$$, 'and has no row for a sound rule'
);
SELECT is(
    (SELECT code FROM erp.rule_check('pg_catalog.pg_class', '*', 'true')), 'RP106', 'a table that no rule can guard'
);

SELECT finish();
ROLLBACK;
