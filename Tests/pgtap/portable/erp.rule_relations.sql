-- Quantifiers over tables in the portable engine: what they see, whom they tell what, and erp.rule_reads.
BEGIN;
\ir ../_people.sql
SELECT plan(38);

CREATE TABLE erp.rel_boxes (
    box_id int PRIMARY KEY,
    capacity numeric(9, 3),
    label text
);
CREATE TYPE erp.rel_state AS ENUM ('open', 'closed');
CREATE TABLE erp.rel_items (
    item_id bigint PRIMARY KEY,
    box_id int REFERENCES erp.rel_boxes,
    weight numeric(9, 3),
    tag text,
    state erp.rel_state,
    packed date,
    doc jsonb
);
CREATE INDEX ON erp.rel_items (box_id);
ALTER TABLE erp.rel_boxes OWNER TO erp_owner;
ALTER TABLE erp.rel_items OWNER TO erp_owner;
GRANT SELECT, INSERT, UPDATE ON erp.rel_boxes, erp.rel_items TO erp_operator;
GRANT INSERT, SELECT (item_id, box_id) ON erp.rel_items TO erp_controller;

CREATE FUNCTION pg_temp.judge(ast jsonb, record jsonb DEFAULT '{}', context jsonb DEFAULT '{}')
RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN coalesce(erp.rule_evaluate(ast, record, context, 'erp.rel_items') ->> 'verdict', 'unknown');
EXCEPTION
    WHEN OTHERS THEN
        RETURN SQLSTATE;
END
$$;
CREATE FUNCTION pg_temp.fault(ast jsonb)
RETURNS text
LANGUAGE sql
AS $$
    SELECT c.code || ' ' || c.path FROM erp.rule_compile_check('erp.rel_items', '*', ast) AS c
$$;
-- The refusal of a statement by a login, or NULL.
CREATE FUNCTION pg_temp.refusal(role_name name, statement text)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    detail text;
BEGIN
    BEGIN
        EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', role_name);
        EXECUTE statement;
        RESET SESSION AUTHORIZATION;
        RETURN NULL;
    EXCEPTION
        WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
            RESET SESSION AUTHORIZATION;
            RETURN jsonb_build_object('sqlstate', SQLSTATE, 'message', SQLERRM, 'detail', nullif(detail, '')::jsonb);
    END;
END
$$;

INSERT INTO erp.rel_boxes VALUES (1, 10, 'a'), (2, 20, 'b'), (3, 5, NULL);
INSERT INTO erp.rel_items VALUES
    (1, 1, 4, 'x', 'open', '2026-01-01', '{"tags": ["red", "blue"]}'),
    (2, 1, 5, 'y', 'closed', '2026-01-02', '{"tags": []}'),
    (3, 2, NULL, 'x', 'open', NULL, NULL);

-- 1. Rows of a table.
SELECT is(pg_temp.judge(ast::jsonb, record::jsonb, context::jsonb), verdict, name)
FROM (VALUES
    ('an equality with the row judged', '{"exists": {"in": "erp.rel_items", "as": "i", "where": {"==": [{"var": "i.box_id"}, {"var": "box_id"}]}}}', '{"box_id": 2}', '{}', 'true'),
    ('and no such row', '{"exists": {"in": "erp.rel_items", "as": "i", "where": {"==": [{"var": "i.box_id"}, {"var": "box_id"}]}}}', '{"box_id": 3}', '{}', 'false'),
    ('a number no integer column holds', '{"exists": {"in": "erp.rel_items", "as": "i", "where": {"==": [{"var": "i.box_id"}, {"*": [{"var": "weight"}, 1]}]}}}', '{"weight": 1.5}', '{}', 'false'),
    ('a number past every integer', '{"exists": {"in": "erp.rel_items", "as": "i", "where": {"==": [{"var": "i.item_id"}, {"*": [{"var": "weight"}, 1e30]}]}}}', '{"weight": 1}', '{}', 'false'),
    ('a whole number with decimals', '{"exists": {"in": "erp.rel_items", "as": "i", "where": {"==": [{"var": "i.box_id"}, {"var": "weight"}]}}}', '{"weight": 1.000}', '{}', 'true'),
    ('an error outside is the quantifier''s error', '{"exists": {"in": "erp.rel_items", "as": "i", "where": {"==": [{"var": "i.box_id"}, {"/": [1, {"var": "weight"}]}]}}}', '{"weight": 0}', '{}', 'RP105'),
    ('a false condition beside it drops the row', '{"exists": {"in": "erp.rel_items", "as": "i", "where": {"and": [{"==": [{"var": "i.box_id"}, {"/": [1, {"var": "weight"}]}]}, {"==": [{"var": "i.tag"}, "z"]}]}}}', '{"weight": 0}', '{}', 'false'),
    ('a text', '{"==": [{"count": {"in": "erp.rel_items", "as": "i", "where": {"==": [{"var": "i.tag"}, "x"]}}}, 2]}', '{}', '{}', 'true'),
    ('an enum', '{"==": [{"count": {"in": "erp.rel_items", "as": "i", "where": {"==": [{"var": "i.state"}, {"var": "state"}]}}}, 2]}', '{"state": "open"}', '{}', 'true'),
    ('a date', '{"exists": {"in": "erp.rel_items", "as": "i", "where": {"==": [{"var": "i.packed"}, "2026-01-02"]}}}', '{}', '{}', 'true'),
    ('a sum', '{"==": [{"sum": {"in": "erp.rel_items", "as": "i", "where": {"==": [{"var": "i.box_id"}, 1]}, "of": {"var": "i.weight"}}}, 9]}', '{}', '{}', 'true'),
    ('a null in a sum', '{"==": [{"sum": {"in": "erp.rel_items", "as": "i", "of": {"var": "i.weight"}}}, 9]}', '{}', '{}', 'unknown'),
    ('a foreign key of the row', '{"exists": {"in": "erp.rel_items", "as": "i", "where": {"==": [{"var": "i.box_id.label"}, "b"]}}}', '{}', '{}', 'true'),
    ('a list of the row', '{"exists": {"in": "erp.rel_items", "as": "i", "satisfies": {"some": [{"var": "i.doc.tags"}, {"==": [{"var": ""}, {"var": "new.tag"}]}]}}}', '{"tag": "blue"}', '{}', 'true'),
    ('each box holds what is in it', '{"forall": {"in": "erp.rel_boxes", "as": "b", "satisfies": {"<=": [{"sum": {"in": "erp.rel_items", "as": "i", "where": {"==": [{"var": "i.box_id"}, {"var": "b.box_id"}]}, "of": {"var": "i.weight"}, "nulls": "skip"}}, {"var": "b.capacity"}]}}}', '{}', '{}', 'true'),
    ('the view of a table stands for it', '{"exists": {"in": "erp_customers", "as": "c", "where": {"==": [{"var": "c.customer_id"}, -1]}}}', '{}', '{}', 'false'),
    ('rows given come before the table', '{"==": [{"count": {"in": "erp.rel_items", "as": "i", "where": {"==": [{"var": "i.weight"}, 1]}}}, 2]}', '{}', '{"relations": {"erp.rel_items": [{"weight": 1}, {"weight": 1}]}}', 'true')
) AS t (name, ast, record, context, verdict);

-- 2. What cannot be stored, and where it says so.
SELECT is(pg_temp.fault(ast::jsonb), fault, name)
FROM (VALUES
    ('no such table', '{"exists": {"in": "erp.rel_nothing", "as": "i"}}', 'RP102 /exists/in'),
    ('a system table', '{"exists": {"in": "pg_catalog.pg_class", "as": "i"}}', 'RP102 /exists/in'),
    ('a view that is not the ERP''s', '{"exists": {"in": "information_schema.tables", "as": "i"}}', 'RP102 /exists/in'),
    ('no such column', '{"exists": {"in": "erp.rel_items", "as": "i", "satisfies": {"==": [{"var": "i.wieght"}, 1]}}}', 'RP102 /exists/satisfies/==/0'),
    ('a wrong name is told before a wrong type', '{"and": [{"==": [{"var": "tag"}, 1]}, {"exists": {"in": "erp.rel_items", "as": "i", "satisfies": {"==": [{"var": "i.wieght"}, 1]}}}]}', 'RP102 /and/1/exists/satisfies/==/0'),
    ('types of the row', '{"exists": {"in": "erp.rel_items", "as": "i", "satisfies": {"==": [{"var": "i.tag"}, 1]}}}', 'RP104 /exists/satisfies'),
    ('a column that is no list', '{"some": [{"var": "tag"}, true]}', 'RP104 /some/0'),
    ('a sound one', '{"exists": {"in": "erp.rel_items", "as": "i", "satisfies": {"==": [{"var": "i.tag"}, {"var": "tag"}]}}}', NULL)
) AS t (name, ast, fault);

-- 3. At the gate: the statement's own rows count, and a refusal tells what was found.
INSERT INTO agent.constraints (rule_name, target_table, logic_ast, violation_message)
VALUES
    ('tap_capacity', 'erp.rel_items',
     '{"<=": [{"sum": {"in": "erp.rel_items", "as": "i", "where": {"==": [{"var": "i.box_id"}, {"var": "box_id"}]}, "of": {"var": "i.weight"}, "nulls": "skip"}}, {"var": "box_id.capacity"}]}', 'the box is full'),
    ('tap_light', 'erp.rel_items',
     '{"forall": {"in": "erp.rel_items", "as": "i", "where": {"==": [{"var": "i.tag"}, {"var": "tag"}]}, "satisfies": {"<": [{"var": "i.weight"}, 9]}}}', 'too heavy');

CREATE TEMP TABLE refusals AS SELECT
    pg_temp.refusal('erp_operator', 'INSERT INTO erp.rel_items (item_id, box_id, weight, tag) VALUES (10, 2, 8, ''n''), (11, 2, 8, ''n'')') AS fits,
    pg_temp.refusal('erp_operator', 'INSERT INTO erp.rel_items (item_id, box_id, weight, tag) VALUES (12, 2, 4.001, ''m'')') AS full_box,
    pg_temp.refusal('erp_operator', 'INSERT INTO erp.rel_items (item_id, box_id, weight, tag) VALUES (13, 3, 2, ''q''), (14, 3, 4, ''q'')') AS siblings,
    pg_temp.refusal('erp_operator', 'INSERT INTO erp.rel_items (item_id, box_id, weight, tag) VALUES (15, 1, -1, ''h''), (16, 2, -9, ''h''), (17, 2, 9, ''h'')') AS heavy,
    pg_temp.refusal('erp_controller', 'INSERT INTO erp.rel_items (item_id, box_id, weight, tag) VALUES (12, 2, 4.001, ''m'')') AS blind,
    pg_temp.refusal('erp_controller', 'INSERT INTO erp.rel_items (item_id, box_id, weight, tag) VALUES (16, 2, -9, ''h''), (17, 2, 9, ''h'')') AS blind_heavy;

SELECT is(fits, NULL, 'what fits passes') FROM refusals;
SELECT is(full_box ->> 'message', 'the box is full', 'one gram more does not') FROM refusals;
SELECT is(full_box -> 'detail' -> 'gap', '0.001', 'and is told how much') FROM refusals;
SELECT is(
    full_box -> 'detail' -> 'values' -> 'sum(i.weight for i in erp.rel_items where i.box_id == box_id)', '20.001', 'and what the sum was'
) FROM refusals;
SELECT is(siblings ->> 'message', 'the box is full', 'rows of one statement count together') FROM refusals;
SELECT is(heavy -> 'detail' -> 'witness', '{"i.tag": "h", "i.weight": 9.000}', 'a forall shows the row that decided') FROM refusals;
SELECT is(
    blind -> 'detail' -> 'values' -> 'sum(i.weight for i in erp.rel_items where i.box_id == box_id)', 'null',
    'who may not read the column is not told its sum'
) FROM refusals;
SELECT is(blind -> 'detail' -> 'gap', 'null', 'nor the gap') FROM refusals;
SELECT is(blind_heavy -> 'detail' -> 'witness', '{"i.tag": null, "i.weight": null}', 'nor the row that decided') FROM refusals;
SELECT ok(blind_heavy -> 'detail' -> 'redacted' @> '["i.tag", "i.weight"]', 'but that it is kept back') FROM refusals;

-- 4. Who writes a rule may read what it names.
GRANT EXECUTE ON FUNCTION pg_temp.fault(jsonb) TO PUBLIC;
SET LOCAL SESSION AUTHORIZATION erp_controller;
SELECT is(
    pg_temp.fault('{"exists": {"in": "erp.rel_items", "as": "i", "satisfies": {"==": [{"var": "i.tag"}, "x"]}}}'),
    'RP102 /exists/satisfies/==/0', 'a column the author may not read'
);
SELECT is(pg_temp.fault('{"exists": {"in": "erp.rel_boxes", "as": "b"}}'), 'RP102 /exists/in', 'a table the author may not read');
RESET SESSION AUTHORIZATION;

-- 5. What a rule reads.
SELECT set_eq(
    $$SELECT relation::text, column_name::text, via FROM erp.rule_reads('erp.rel_items', '*', '{"and": [
        {"==": [{"var": "tag"}, {"var": "old.box_id.label"}]},
        {"exists": {"in": "erp_customers", "as": "c"}},
        {"forall": {"in": "erp.rel_items", "as": "i", "where": {"==": [{"var": "i.tag"}, {"var": "agent.role_name"}]},
            "satisfies": {"<": [{"var": "i.box_id.capacity"}, {"var": "weight"}]}}},
        {"some": [{"var": "doc.tags"}, {"==": [{"var": ""}, {"var": "new.tag"}]}]}]}')$$,
    $$VALUES ('erp.rel_items', 'tag', 'row'), ('erp.rel_items', 'box_id', 'row'), ('erp.rel_boxes', 'box_id', 'path'),
        ('erp.rel_boxes', 'label', 'path'), ('erp.customers', NULL, 'exists'), ('erp.rel_items', 'tag', 'forall'),
        ('erp.rel_items', 'box_id', 'forall'), ('erp.rel_boxes', 'capacity', 'path'), ('erp.rel_items', 'weight', 'row'),
        ('erp.rel_items', 'doc', 'row')$$,
    'every column a rule reads'
);

SELECT finish();
ROLLBACK;
