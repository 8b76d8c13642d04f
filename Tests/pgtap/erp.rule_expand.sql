-- rule_ref: one rule's condition used in another, versions and checks of what depends on it.
BEGIN;
SELECT plan(35);
\ir _people.sql
\ir _as_role.sql

CREATE TABLE erp.ref_boxes (box_id int PRIMARY KEY, weight numeric(9, 3), fragile boolean, lid text);
ALTER TABLE erp.ref_boxes OWNER TO erp_owner;
CREATE FUNCTION pg_temp.store(name text, ast jsonb, is_protected boolean DEFAULT false)
RETURNS void
LANGUAGE sql
AS $$
INSERT INTO agent.constraints (rule_name, target_table, logic_ast, violation_message, protected)
VALUES (name, 'erp.ref_boxes', ast, 'broke ' || name, is_protected)
$$;
CREATE FUNCTION pg_temp.refusal(command text)
RETURNS TABLE (code text, message text, detail jsonb, hint text)
LANGUAGE plpgsql
AS $$
DECLARE
    said text;
BEGIN
    EXECUTE command;
EXCEPTION
    WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, said = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
        detail := said;
        RETURN NEXT;
END
$$;
CREATE FUNCTION pg_temp.compiled(name text)
RETURNS jsonb
LANGUAGE sql
AS $$SELECT compiled_ast FROM agent.constraints WHERE rule_name = name$$;

SELECT pg_temp.store('is_light', '{"<=": [{"var": "weight"}, 5]}');
SELECT is(
    erp.rule_expand('{"implies": [{"var": "fragile"}, {"rule_ref": "is_light"}]}'),
    '{"implies": [{"var": "fragile"}, {"<=": [{"var": "weight"}, 5]}]}'::jsonb,
    'a reference stands for the condition of its rule'
);
SELECT is(
    erp.rule_expand('{"==": ["{\"rule_ref\": \"is_light\"}", {"var": "lid"}]}'),
    '{"==": ["{\"rule_ref\": \"is_light\"}", {"var": "lid"}]}'::jsonb,
    'a text that looks like one is a text'
);
SELECT throws_ok(
    $$SELECT erp.rule_expand('{"and": [{"var": "fragile"}, {"rule_ref": "is_lihgt"}]}')$$,
    'RP102', 'there is no rule "is_lihgt"', 'a name that no rule has is refused'
);
SELECT results_eq(
    $$SELECT path, code FROM erp.rule_check('erp.ref_boxes', '*', '{"and": [{"var": "fragile"}, {"rule_ref": "is_lihgt"}]}')
    WHERE severity = 'error'$$,
    $$VALUES ('/and/1', 'RP102')$$, 'and the check tells where it stands'
);
SELECT is(
    (SELECT code FROM erp.rule_check('erp.ref_boxes', '*', '{"rule_ref": 5}') WHERE severity = 'error' LIMIT 1), 'RP101',
    'a reference that is no name is malformed'
);
SELECT is_empty(
    $$SELECT * FROM erp.rule_check('erp.ref_boxes', '*', '{"rule_ref": "is_light"}') WHERE severity = 'error'$$,
    'the check sees what the reference means'
);
SELECT is(
    erp.rule_evaluate('{"rule_ref": "is_light"}', '{"weight": 5}') -> 'verdict', 'true', 'so does an evaluation: 5 is light'
);
SELECT is(
    erp.rule_evaluate('{"not": [{"rule_ref": "is_light"}]}', '{"weight": 5.001}', '{}', 'erp.ref_boxes') -> 'verdict', 'true',
    'and 5.001 is not'
);

-- stored
SELECT lives_ok(
    $$SELECT pg_temp.store('fragile_is_light', '{"implies": [{"var": "fragile"}, {"rule_ref": "is_light"}]}')$$,
    'a rule may refer to a rule'
);
UPDATE agent.constraints SET is_active = false WHERE rule_name = 'is_light';
SELECT is(
    (SELECT logic_ast FROM agent.constraints WHERE rule_name = 'fragile_is_light'),
    '{"implies": [{"var": "fragile"}, {"rule_ref": "is_light"}]}'::jsonb, 'what its author wrote is kept'
);
SELECT lives_ok($$INSERT INTO erp.ref_boxes VALUES (1, 5, true), (2, 6, false)$$, 'it lets pass what meets both');
SELECT throws_ok(
    $$INSERT INTO erp.ref_boxes VALUES (3, 5.001, true)$$, 'RP110', 'broke fragile_is_light',
    'and refuses by a condition that is written elsewhere, and switched off there'
);
SELECT pg_temp.store('deep', '{"or": [{"rule_ref": "fragile_is_light"}, {"==": [{"var": "lid"}, "foam"]}]}');
UPDATE agent.constraints SET logic_ast = '{"<=": [{"var": "weight"}, 4]}' WHERE rule_name = 'is_light';
SELECT is(
    pg_temp.compiled('deep'),
    '{"or": [{"implies": [{"var": "fragile"}, {"<=": [{"var": "weight"}, 4]}]}, {"==": [{"var": "lid"}, "foam"]}]}'::jsonb,
    'a change reaches all that depend on it'
);
SELECT results_eq(
    $$SELECT rule_name, version FROM agent.constraints WHERE target_table = 'erp.ref_boxes' ORDER BY rule_name$$,
    $$VALUES ('deep', 2), ('fragile_is_light', 2), ('is_light', 3)$$, 'each of them has a new version'
);
SELECT throws_ok($$INSERT INTO erp.ref_boxes VALUES (4, 4.5, true)$$, 'RP110', NULL, 'and refuses by it at once');
SELECT lives_ok($$UPDATE agent.constraints SET description = 'boxes that one person lifts' WHERE rule_name = 'is_light'$$, 'words');
SELECT is((SELECT version FROM agent.constraints WHERE rule_name = 'deep'), 2, 'make no version of what depends on it');

-- refused
SELECT throws_ok(
    $$UPDATE agent.constraints SET logic_ast = '{"<=": [{"var": "wieght"}, 4]}' WHERE rule_name = 'is_light'$$,
    'RP102', NULL, 'a change that is no rule is refused'
);
SELECT throws_ok(
    $$UPDATE agent.constraints SET logic_ast = '{"rule_ref": "deep"}' WHERE rule_name = 'is_light'$$,
    'RP109', 'a rule refers to itself', 'a circle is refused'
);
SELECT throws_ok($$SELECT pg_temp.store('me', '{"rule_ref": "me"}')$$, 'RP109', NULL, 'also the smallest one');
SELECT throws_ok(
    $$DELETE FROM agent.constraints WHERE rule_name = 'is_light'$$, 'RP102',
    'fragile_is_light, deep refer by rule_ref to rule "is_light"', 'what others refer to stays, and they are named'
);
SELECT throws_ok(
    $$UPDATE agent.constraints SET rule_name = 'light' WHERE rule_name = 'is_light'$$, 'RP102',
    'fragile_is_light, deep refer by rule_ref to rule "is_light"', 'under its name'
);
SELECT throws_ok(
    $$DELETE FROM agent.constraints WHERE rule_name = 'fragile_is_light'$$, 'RP102',
    'deep refers by rule_ref to rule "fragile_is_light"', 'one alone refers'
);
SELECT results_eq(
    $$SELECT detail -> 'dependents', hint LIKE 'switch this rule off instead (is_active = false)%'
    FROM pg_temp.refusal($r$DELETE FROM agent.constraints WHERE rule_name = 'is_light'$r$)$$,
    $$VALUES ('["fragile_is_light", "deep"]'::jsonb, true)$$, 'DETAIL has their names, HINT a way out'
);
SELECT matches(
    (SELECT hint FROM pg_temp.refusal($$UPDATE agent.constraints SET rule_name = 'light' WHERE rule_name = 'is_light'$$)),
    '^store it under the new name beside this one', 'another one out of a new name'
);
SELECT results_eq(
    $$SELECT label, in_force FROM erp.rule_dependents('is_light')$$,
    $$VALUES ('fragile_is_light', true), ('deep', true)$$, 'who refers to a rule, also by way of another'
);
SELECT is_empty($$SELECT * FROM erp.rule_dependents('deep')$$, 'nobody to the last');
SAVEPOINT before_they_go;
SELECT lives_ok(
    $$DELETE FROM agent.constraints WHERE rule_name IN ('is_light', 'fragile_is_light', 'deep')$$, 'all of them may go at once'
);
ROLLBACK TO before_they_go;
UPDATE agent.constraints SET is_active = false WHERE rule_name = 'deep';
UPDATE agent.constraints SET mode = 'off' WHERE rule_name = 'fragile_is_light';
SELECT lives_ok($$DELETE FROM agent.constraints WHERE rule_name = 'is_light'$$, 'and one that no rule in force refers to');
ROLLBACK TO before_they_go;
SELECT results_eq(
    $$SELECT r.code, r.message, r.detail, r.hint LIKE 'docs/rules.md%' FROM (VALUES
        (1, 'timing', 'comit'), (2, 'polarity', 'must'), (3, 'mode', 'shadwo'), (4, 'kind', 'invariants'), (5, 'on_unknown', ''),
        (6, 'triggering_operation', 'insert')) AS v (n, name, word)
    CROSS JOIN LATERAL pg_temp.refusal(format('UPDATE agent.constraints SET %I = %L WHERE rule_name = ''deep''', name, word)) AS r
    ORDER BY v.n$$,
    $$VALUES
        ('RP101', 'timing is never ''comit'': it is one of row, statement, commit; did you mean ''commit''?',
            '{"column": "timing", "found": "comit", "allowed": ["row", "statement", "commit"]}'::jsonb, true),
        ('RP101', 'polarity is never ''must'': it is one of require, forbid',
            '{"column": "polarity", "found": "must", "allowed": ["require", "forbid"]}', true),
        ('RP101', 'mode is never ''shadwo'': it is one of enforce, shadow, off; did you mean ''shadow''?',
            '{"column": "mode", "found": "shadwo", "allowed": ["enforce", "shadow", "off"]}', true),
        ('RP101', 'kind is never ''invariants'': it is one of guard, invariant; did you mean ''invariant''?',
            '{"column": "kind", "found": "invariants", "allowed": ["guard", "invariant"]}', true),
        ('RP101', 'on_unknown is never '''': it is one of reject, allow',
            '{"column": "on_unknown", "found": "", "allowed": ["reject", "allow"]}', true),
        ('RP101', 'triggering_operation is never ''insert'': it is one of INSERT, UPDATE, DELETE, *; did you mean ''INSERT''?',
            '{"column": "triggering_operation", "found": "insert", "allowed": ["INSERT", "UPDATE", "DELETE", "*"]}', true)$$,
    'a word that a column does not take is refused with those it does'
);
SELECT throws_ok(
    $$SELECT pg_temp.store('guarded', '{"rule_ref": "is_light"}', true)$$, 'RP108', NULL,
    'a protected rule refers to protected rules only'
);
UPDATE agent.constraints SET protected = true WHERE rule_name = 'is_light';
SELECT lives_ok($$SELECT pg_temp.store('guarded', '{"rule_ref": "is_light"}', true)$$, 'to one it may');
SELECT throws_ok(
    $$UPDATE agent.constraints SET logic_ast = 'true' WHERE rule_name = 'is_light'$$, 'RP108', NULL,
    'so its text changes by proposal alone'
);
UPDATE agent.constraints SET is_active = false WHERE rule_name IN ('deep', 'fragile_is_light');
SELECT throws_ok(
    format(
        $$SELECT erp.propose_rule_change(%s, '{"logic_ast": {"rule_ref": "guarded"}}', 'round and round')$$,
        (SELECT constraint_id FROM agent.constraints WHERE rule_name = 'is_light')
    ),
    'RP109', NULL, 'a proposal that would close a circle is refused at once'
);
SELECT is(
    (SELECT compiled_ast FROM agent.constraints WHERE rule_name = 'guarded'), '{"<=": [{"var": "weight"}, 4]}'::jsonb,
    'what an engine reads has no reference'
);
SELECT * FROM finish();
ROLLBACK;
