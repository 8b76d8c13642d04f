-- Whose rights a rule uses: the gate reads with its owner's, and no code of anybody else may run with them; who writes a
-- rule or breaks one learns nothing that this login may not read.
BEGIN;
\ir _people.sql
SELECT plan(62);

CREATE FUNCTION pg_temp.attempt(role_name name, statement text)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    ending text := 'ok';
BEGIN
    BEGIN
        EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', role_name);
        EXECUTE statement;
    EXCEPTION
        WHEN OTHERS THEN
            ending := SQLSTATE;
    END;
    RESET SESSION AUTHORIZATION;
    RETURN ending;
END
$$;
-- The refusal of a statement, or NULL.
CREATE FUNCTION pg_temp.refusal(role_name name, statement text)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    detail text;
    hint text;
BEGIN
    BEGIN
        EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', role_name);
        EXECUTE statement;
        RESET SESSION AUTHORIZATION;
        RETURN NULL;
    EXCEPTION
        WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
            RESET SESSION AUTHORIZATION;
            RETURN jsonb_build_object('sqlstate', SQLSTATE, 'message', SQLERRM, 'detail', detail::jsonb, 'hint', hint);
    END;
END
$$;

-- 1. A login with a schema of its own plants functions, and waits for the owner of the ERP to step on them.
CREATE SCHEMA tap_own AUTHORIZATION erp_operator;
SET LOCAL SESSION AUTHORIZATION erp_operator;
GRANT USAGE ON SCHEMA tap_own TO PUBLIC;
-- Counts who ran it as erp_owner; a sequence forgets nothing, even if the write is then refused.
CREATE SEQUENCE tap_own.owned;
CREATE SEQUENCE tap_own.ran;
GRANT ALL ON tap_own.owned, tap_own.ran TO PUBLIC;
CREATE FUNCTION tap_own.spy() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM nextval('tap_own.ran');
    IF current_user IN ('erp_owner', 'erp_gate') THEN
        PERFORM nextval('tap_own.owned');
    END IF;
    RETURN true;
END
$$;
CREATE TYPE tap_own.mood AS ENUM ('good', 'bad');
CREATE DOMAIN tap_own.code AS pg_catalog.text CHECK (tap_own.spy());
CREATE FUNCTION tap_own.same(text, text) RETURNS boolean LANGUAGE sql AS $$ SELECT tap_own.spy() AND $1 OPERATOR(pg_catalog.=) $2 $$;
CREATE FUNCTION tap_own.other(text, text) RETURNS boolean LANGUAGE sql AS $$ SELECT tap_own.spy() AND $1 OPERATOR(pg_catalog.<>) $2 $$;
CREATE FUNCTION tap_own.joined(text, text) RETURNS text LANGUAGE sql AS $$ SELECT CASE WHEN tap_own.spy() THEN $1 OPERATOR(pg_catalog.||) $2 END $$;
CREATE FUNCTION tap_own.same(bigint, bigint) RETURNS boolean LANGUAGE sql AS $$ SELECT tap_own.spy() AND $1 OPERATOR(pg_catalog.=) $2 $$;
CREATE FUNCTION tap_own.same(oid, oid) RETURNS boolean LANGUAGE sql AS $$ SELECT tap_own.spy() AND $1 OPERATOR(pg_catalog.=) $2 $$;
CREATE FUNCTION tap_own.as_json(tap_own.mood) RETURNS json LANGUAGE sql AS $$ SELECT CASE WHEN tap_own.spy() THEN '"good"'::json END $$;
CREATE FUNCTION tap_own.as_jsonb(tap_own.mood) RETURNS jsonb LANGUAGE sql AS $$ SELECT CASE WHEN tap_own.spy() THEN '"good"'::jsonb END $$;
CREATE FUNCTION tap_own.as_text(tap_own.mood) RETURNS text LANGUAGE sql AS $$ SELECT CASE WHEN tap_own.spy() THEN 'good' END $$;
CREATE FUNCTION tap_own.from_text(text) RETURNS tap_own.mood LANGUAGE sql AS $$ SELECT CASE WHEN tap_own.spy() THEN 'good'::tap_own.mood END $$;
CREATE CAST (tap_own.mood AS json) WITH FUNCTION tap_own.as_json;
CREATE CAST (tap_own.mood AS jsonb) WITH FUNCTION tap_own.as_jsonb;
CREATE CAST (tap_own.mood AS text) WITH FUNCTION tap_own.as_text;
CREATE CAST (text AS tap_own.mood) WITH FUNCTION tap_own.from_text;
CREATE TABLE tap_own.moods (mood tap_own.mood PRIMARY KEY, note text);
CREATE TABLE tap_own.codes (code tap_own.code PRIMARY KEY, note text);
CREATE TABLE tap_own.groups (group_id bigint PRIMARY KEY, name text, mood tap_own.mood);
CREATE TABLE tap_own.things (
    thing_id bigint PRIMARY KEY,
    group_id bigint REFERENCES tap_own.groups,
    mood tap_own.mood REFERENCES tap_own.moods,
    code text REFERENCES tap_own.codes
);
INSERT INTO tap_own.moods VALUES ('good', 'fine'), ('bad', 'poor');
INSERT INTO tap_own.codes VALUES ('x', 'fine');
INSERT INTO tap_own.groups VALUES (1, 'one', 'good'), (2, 'two', 'bad');
GRANT SELECT ON ALL TABLES IN SCHEMA tap_own TO erp_owner;
GRANT TRIGGER ON tap_own.things TO erp_gate;
RESET SESSION AUTHORIZATION;

-- Writes as the operator, under the operator's search_path, and tells how often planted code ran as an owner.
CREATE FUNCTION pg_temp.owned_by(statement text)
RETURNS bigint
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM setval('tap_own.owned', 1, false);
    PERFORM pg_temp.attempt('erp_operator', 'SET LOCAL search_path = tap_own, pg_catalog; ' || statement);
    PERFORM pg_catalog.set_config('search_path', 'public, tap', true);
    RETURN (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM tap_own.owned);
END
$$;
CREATE FUNCTION pg_temp.thing_rule(ast jsonb)
RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    DELETE FROM agent.constraints WHERE rule_name = 'tap_thing';
    RETURN pg_temp.attempt('erp_operator', format(
        $i$INSERT INTO public.erp_agent_constraints (rule_name, target_table, logic_ast, violation_message)
        VALUES ('tap_thing', 'tap_own.things', %L, 'no such thing')$i$, ast));
END
$$;

SELECT is(pg_temp.thing_rule('{"==": [{"var": "group_id.name"}, "one"]}'), 'ok', 'a rule on a table of one''s own');
SELECT is(pg_temp.attempt('erp_operator', 'INSERT INTO tap_own.things VALUES (1, 1)'), 'ok', 'judges it');
SELECT is(pg_temp.attempt('erp_operator', 'INSERT INTO tap_own.things VALUES (2, 2)'), 'RP110', 'by what the path leads to');
-- Operators come last: with them in place the test itself would trip.
SET LOCAL SESSION AUTHORIZATION erp_operator;
CREATE OPERATOR tap_own.= (FUNCTION = tap_own.same, LEFTARG = text, RIGHTARG = text);
CREATE OPERATOR tap_own.<> (FUNCTION = tap_own.other, LEFTARG = text, RIGHTARG = text);
CREATE OPERATOR tap_own.|| (FUNCTION = tap_own.joined, LEFTARG = text, RIGHTARG = text);
CREATE OPERATOR tap_own.= (FUNCTION = tap_own.same, LEFTARG = bigint, RIGHTARG = bigint);
CREATE OPERATOR tap_own.= (FUNCTION = tap_own.same, LEFTARG = oid, RIGHTARG = oid);
CREATE DOMAIN tap_own.text AS pg_catalog.text CHECK (tap_own.spy());
RESET SESSION AUTHORIZATION;
SELECT is(pg_temp.owned_by('INSERT INTO tap_own.things VALUES (3, 1)'), 0::bigint, 'own operators do not run as the owner: plans made before');
SELECT is(pg_temp.thing_rule('{"in": [{"var": "group_id.name"}, ["one", "three"]]}'), 'ok', 'another rule');
SELECT is(pg_temp.owned_by('INSERT INTO tap_own.things VALUES (4, 1)'), 0::bigint, 'nor do they where plans are made anew');
SELECT is(pg_temp.owned_by('UPDATE tap_own.things SET group_id = 1'), 0::bigint, 'or for another operation');
SELECT is(pg_temp.owned_by('DELETE FROM tap_own.things'), 0::bigint, 'or on DELETE');
SELECT is(pg_temp.owned_by('TRUNCATE tap_own.things'), 0::bigint, 'or on TRUNCATE');
SELECT is(pg_temp.owned_by($$UPDATE erp.timesheets SET work_description = 'x'$$), 0::bigint, 'or on a table of the ERP');
SELECT is(
    pg_temp.owned_by($$INSERT INTO public.erp_agent_constraints (target_table, logic_ast, violation_message) VALUES ('tap_own.things', '{"==": [{"var": "group_id.name"}, "one"]}', 'm')$$),
    0::bigint, 'or when a rule is stored');
SELECT is((SELECT count(*) FROM tap_own.things), 0::bigint, 'the writes were made');
DELETE FROM agent.constraints WHERE target_table = 'tap_own.things';

-- Row security is code too.
SELECT is(pg_temp.thing_rule('{"==": [{"var": "group_id.name"}, "one"]}'), 'ok', 'a rule that reads a table of one''s own');
SET LOCAL SESSION AUTHORIZATION erp_operator;
CREATE POLICY tap_policy ON tap_own.groups USING (tap_own.spy());
ALTER TABLE tap_own.groups ENABLE ROW LEVEL SECURITY;
RESET SESSION AUTHORIZATION;
SELECT is(pg_temp.owned_by('INSERT INTO tap_own.things VALUES (5, 1)'), 0::bigint, 'a policy does not run as the owner');
SELECT is(pg_temp.attempt('erp_operator', 'INSERT INTO tap_own.things VALUES (5, 1)'), '42501', 'the rule cannot be judged, the write is refused');
SET LOCAL SESSION AUTHORIZATION erp_operator;
ALTER TABLE tap_own.groups DISABLE ROW LEVEL SECURITY;
RESET SESSION AUTHORIZATION;
SELECT is(pg_temp.attempt('erp_operator', 'INSERT INTO tap_own.things VALUES (5, 1)'), 'ok', 'without row security it is judged again');

-- Casts and domains are code too.
SELECT is(pg_temp.thing_rule('{"==": [{"var": "mood"}, "good"]}'), 'ok', 'a rule on a type of one''s own');
SELECT is(pg_temp.owned_by($$INSERT INTO tap_own.things VALUES (6, 1, 'good')$$), 0::bigint, 'its casts do not run as the owner: the row');
SELECT is(pg_temp.attempt('erp_operator', $$INSERT INTO tap_own.things VALUES (7, 1, 'bad')$$), 'RP110', 'its values are still told apart');
SELECT is(pg_temp.thing_rule('{"==": [{"var": "group_id.mood"}, "good"]}'), 'ok', 'at the end of a path');
SELECT is(pg_temp.owned_by('INSERT INTO tap_own.things VALUES (8, 1)'), 0::bigint, 'its casts do not run as the owner: a fact');
SELECT is(pg_temp.attempt('erp_operator', 'INSERT INTO tap_own.things VALUES (9, 2)'), 'RP110', 'its facts are still told apart');
SELECT is(pg_temp.thing_rule('{"==": [{"var": "mood.note"}, "fine"]}'), 'ok', 'as the key of a path');
SELECT is(pg_temp.owned_by($$INSERT INTO tap_own.things VALUES (10, 1, 'good')$$), 0::bigint, 'its casts do not run as the owner: a key');
SELECT is(pg_temp.attempt('erp_operator', $$INSERT INTO tap_own.things VALUES (11, 1, 'bad')$$), 'RP110', 'its keys are still told apart');
SELECT is(pg_temp.thing_rule('{"==": [{"var": "code.note"}, "fine"]}'), 'ok', 'a domain as the key of a path');
SELECT is(pg_temp.owned_by($$INSERT INTO tap_own.things VALUES (12, 1, NULL, 'x')$$), 0::bigint, 'its check does not run as the owner');
SELECT is(pg_temp.attempt('erp_operator', $$INSERT INTO tap_own.things VALUES (13, 1, NULL, 'x')$$), 'ok', 'the key is found');
SELECT ok((SELECT is_called FROM tap_own.ran), 'the planted code does run, as its own login');
DELETE FROM agent.constraints WHERE target_table = 'tap_own.things';
SELECT is_empty(
    $$SELECT p.oid::regprocedure FROM pg_proc AS p WHERE p.prosecdef AND p.pronamespace IN ('erp'::regnamespace, 'agent'::regnamespace)
    AND NOT 'search_path=pg_catalog, pg_temp' = ANY (coalesce(p.proconfig, '{}'))$$,
    'every function that lends its owner''s rights fixes its search_path'
);

-- 2. Who writes a rule may read what it reads.
CREATE TABLE erp.tap_pay (employee_id bigint PRIMARY KEY, grade text, salary numeric, urgent boolean);
CREATE TABLE erp.tap_hours (hours_id bigint PRIMARY KEY, employee_id bigint REFERENCES erp.tap_pay, hours numeric, secret numeric);
ALTER TABLE erp.tap_pay OWNER TO erp_owner;
ALTER TABLE erp.tap_hours OWNER TO erp_owner;
INSERT INTO erp.tap_pay VALUES (1, 'a', 70000, false);
GRANT SELECT (employee_id, grade) ON erp.tap_pay TO erp_people;
GRANT SELECT (hours_id, employee_id, hours), INSERT, UPDATE ON erp.tap_hours TO erp_people;
GRANT SELECT ON erp.tap_pay, erp.tap_hours TO erp_controller;
CREATE FUNCTION pg_temp.hours_rule(author name, ast jsonb)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
BEGIN
    DELETE FROM agent.constraints WHERE rule_name = 'tap_hours';
    RETURN pg_temp.refusal(author, format(
        $i$INSERT INTO public.erp_agent_constraints (rule_name, target_table, logic_ast, violation_message)
        VALUES ('tap_hours', 'erp.tap_hours', %L, 'too many hours')$i$, ast));
END
$$;
SELECT is(pg_temp.hours_rule('erp_operator', '{"<": [{"var": "hours"}, 8]}'), NULL, 'columns one may read make a rule');
SELECT is(pg_temp.hours_rule('erp_operator', '{"==": [{"var": "employee_id.grade"}, "a"]}'), NULL, 'so do paths');
SELECT is(
    pg_temp.hours_rule('erp_operator', '{"<": [{"var": "employee_id.salary"}, 8]}') ->> 'sqlstate',
    'RP102', 'a path that ends where one may not read does not');
SELECT matches(
    pg_temp.hours_rule('erp_operator', '{"<": [{"var": "hours"}, {"var": "old.secret"}]}') ->> 'message',
    'needs SELECT \(secret\) on erp\.tap_hours', 'nor does such a column; the refusal names the privilege');
SELECT is(
    pg_temp.attempt('erp_operator', $$SELECT erp.rule_evaluate('{"<": [{"var": "employee_id.salary"}, 8]}', '{"employee_id": 1}', '{}', 'erp.tap_hours')$$),
    'RP102', 'nor can it be evaluated');
SELECT is(
    pg_temp.attempt('erp_operator', $$SELECT 1 / (SELECT count(*) FROM erp.rule_check('erp.tap_hours', '*', '{"<": [{"var": "secret"}, 8]}') WHERE code = 'RP102')$$),
    'ok', 'erp.rule_check says so');
SELECT is(
    pg_temp.hours_rule('erp_controller', '{"<": [{"*": [{"var": "hours"}, 10000]}, {"var": "employee_id.salary"}]}'),
    NULL, 'who may read it may');

-- Who breaks a rule learns which, and what this login may read.
SELECT is(
    (pg_temp.refusal('erp_operator', 'INSERT INTO erp.tap_hours VALUES (1, 1, 9, 5)') -> 'detail') - '{rule,constraint_id,version,table,operation}'::text[],
    '{"values": {"hours": 9, "employee_id.salary": null}, "redacted": ["employee_id.salary"], "failing": "(hours * 10000) < employee_id.salary", "gap": null}',
    'a value the writer may not read is not told, nor how far off it was'
);
SELECT is(
    pg_temp.refusal('erp_operator', 'INSERT INTO erp.tap_hours VALUES (1, 1, 9, 5)') ->> 'hint',
    'needs: (hours * 10000) < employee_id.salary', 'the hint neither');
SELECT is(
    (pg_temp.refusal('erp_controller', 'INSERT INTO erp.tap_hours VALUES (1, 1, 9, 5)') -> 'detail') - '{rule,constraint_id,version,table,operation}'::text[],
    '{"values": {"hours": 9, "employee_id.salary": 70000}, "failing": "(hours * 10000) < employee_id.salary", "gap": 20000,
      "change": {"field": "hours", "to": 6}}',
    'who may read it is told'
);
SELECT is(pg_temp.attempt('erp_operator', 'INSERT INTO erp.tap_hours VALUES (1, 1, 6, 5)'), 'ok', 'and the rule holds for both');
SELECT pg_temp.hours_rule('erp_controller', '{"and": [{"<": [{"var": "hours"}, 8]}, {"var": "employee_id.urgent"}]}');
SELECT is(
    (pg_temp.refusal('erp_operator', 'INSERT INTO erp.tap_hours VALUES (2, 1, 6, 5)') -> 'detail') - '{rule,constraint_id,version,table,operation}'::text[],
    '{"values": {"hours": 6, "employee_id.urgent": null}, "redacted": ["employee_id.urgent"], "failing": "employee_id.urgent", "gap": null}',
    'what failed is named though its value is not');
SELECT is(
    (pg_temp.refusal('erp_operator', 'INSERT INTO erp.tap_hours VALUES (2, 1, 9, 5)') -> 'detail') -> 'gap',
    '1', 'a gap between readable values is told');

-- Nor through what rows found: not what they read of the row judged, nor what rows inside them read.
CREATE TABLE erp.tap_days (day_id bigint PRIMARY KEY, hours numeric, doc jsonb);
ALTER TABLE erp.tap_days OWNER TO erp_owner;
INSERT INTO erp.tap_days VALUES (1, 2, '{"l": [3]}'), (2, 4, '{"l": [5]}');
GRANT SELECT ON erp.tap_days TO erp_people, erp_controller;
CREATE FUNCTION pg_temp.told(compared jsonb)
RETURNS text
LANGUAGE sql
AS $$
SELECT coalesce(
    pg_temp.hours_rule('erp_controller', jsonb_build_object('<', jsonb_build_array(compared, -5))) ->> 'message',
    (WITH r AS (SELECT pg_temp.refusal('erp_operator', 'INSERT INTO erp.tap_hours VALUES (9, 1, 9, 51)') AS told)
    SELECT concat_ws(' ', told ->> 'sqlstate', (told -> 'detail') ? 'redacted',
        coalesce(told -> 'detail' ->> 'gap', 'no gap'),
        (SELECT string_agg(value #>> '{}', ',') FROM jsonb_each((told -> 'detail' -> 'values') - 'hours'::text) WHERE value <> 'null'),
        told -> 'detail' ->> 'change', told ->> 'hint' LIKE '%off by%')
    FROM r))
$$;
SELECT is(pg_temp.told(ast::jsonb), told, what)
FROM (VALUES
    ('what rows found that anyone may read is told', 'RP110 f 9 4 t', '{"max": {"in": "erp.tap_days", "as": "d", "of": {"var": "d.hours"}}}'),
    ('max: a column of the row', 'RP110 t no gap f', '{"max": {"in": "erp.tap_days", "as": "d", "of": {"+": [{"var": "d.hours"}, {"var": "secret"}]}}}'),
    ('min: a value that a path leads to', 'RP110 t no gap f', '{"min": {"in": "erp.tap_days", "as": "d", "of": {"var": "employee_id.salary"}}}'),
    ('count: a comparison with a column of the row', 'RP110 t no gap f', '{"count": {"in": "erp.tap_days", "as": "d", "where": {"<": [{"var": "d.day_id"}, {"var": "secret"}]}}}'),
    ('lookup: a column of the row', 'RP110 t no gap f',
     '{"lookup": {"in": "erp.tap_days", "as": "d", "where": {"==": [{"var": "d.day_id"}, 1]}, "of": {"max": [{"var": "secret"}, {"var": "d.hours"}]}}}'),
    ('lookup: a column of the rows', 'RP110 t no gap 1 f',
     '{"lookup": {"in": "erp.tap_pay", "as": "p", "where": {"==": [{"var": "p.employee_id"}, {"var": "employee_id"}]}, "of": {"var": "p.salary"}}}'),
    ('sum: rows inside', 'RP110 t no gap f',
     '{"sum": {"in": "erp.tap_days", "as": "d", "of": {"max": {"in": "erp.tap_pay", "as": "p", "of": {"var": "p.salary"}}}}}'),
    ('sum: rows inside that read the row', 'RP110 t no gap f',
     '{"sum": {"in": "erp.tap_days", "as": "d", "of": {"count": {"in": "erp.tap_days", "as": "p", "where": {"<": [{"var": "p.hours"}, {"var": "secret"}]}}}}}'),
    ('count: a table of which one may read some columns, none named', 'RP110 t no gap f', '{"count": {"in": "erp.tap_pay", "as": "p"}}'),
    ('a choice of rows by exists', 'RP110 t no gap f',
     '{"if": [{"exists": {"in": "erp.tap_days", "as": "d", "where": {"<": [{"var": "d.hours"}, {"var": "secret"}]}}}, 1, 2]}'),
    ('sum: a list inside rows is read with its rows', 'RP110 f 13 8 t',
     '{"sum": {"in": "erp.tap_days", "as": "d", "of": {"sum": {"in": {"var": "d.doc.l"}, "of": {"var": ""}}}}}'),
    ('a list of what is not readable', 'RP110 t no gap f',
     '{"sum": {"in": "erp.tap_days", "as": "d", "of": {"reduce": [{"var": "d.doc.l"}, {"+": [{"var": "accumulator"}, {"var": "current"}]}, {"var": "secret"}]}}}')
) AS cases (what, told, ast);
SELECT pg_temp.hours_rule('erp_controller', '{"and": [{"<": [{"var": "hours"}, 8]}, {"var": "employee_id.urgent"}]}');

-- 3. Who is no longer active makes no rules.
SELECT pg_temp.hours_rule('erp_operator', '{"<": [{"var": "hours"}, 8]}');
UPDATE erp.people SET is_active = false WHERE database_role = 'erp_operator';
SELECT is(
    pg_temp.attempt('erp_operator', $$INSERT INTO erp_agent_constraints (target_table, logic_ast, violation_message) VALUES ('erp.tap_hours', '{"<": [{"var": "hours"}, 9]}', 'm')$$),
    '42501', 'stores none');
SELECT is(pg_temp.attempt('erp_operator', $$UPDATE erp_agent_constraints SET is_active = false WHERE rule_name = 'tap_hours'$$), '42501', 'switches none off');
SELECT is(pg_temp.attempt('erp_operator', $$UPDATE erp_agent_constraints SET violation_message = 'x' WHERE rule_name = 'tap_hours'$$), '42501', 'changes none');
SELECT is(pg_temp.attempt('erp_operator', $$DELETE FROM erp_agent_constraints WHERE rule_name = 'tap_hours'$$), '42501', 'deletes none');
SELECT matches(
    pg_temp.refusal('erp_operator', $$DELETE FROM erp_agent_constraints WHERE rule_name = 'tap_hours'$$) ->> 'message',
    'erp_operator may not change rules', 'and is told why');
SELECT is(pg_temp.attempt('erp_operator', 'INSERT INTO erp.tap_hours VALUES (3, 1, 9, 5)'), 'RP110', 'the rule made before still holds');
UPDATE erp.people SET is_active = true WHERE database_role = 'erp_operator';
SELECT is(pg_temp.attempt('erp_operator', $$DELETE FROM erp_agent_constraints WHERE rule_name = 'tap_hours'$$), 'ok', 'who is active again does');
SELECT finish();
ROLLBACK;
