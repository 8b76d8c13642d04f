-- Rules for one role follow the login: whom it stands for may change while a session goes on.
BEGIN;
SELECT plan(6);

\ir _people.sql
CREATE TABLE public.tap_notes (note text);
GRANT USAGE ON SCHEMA public TO erp_gate;
GRANT TRIGGER ON public.tap_notes TO erp_gate;
GRANT INSERT ON public.tap_notes TO erp_operator;
INSERT INTO agent.constraints (target_table, target_agent_role, logic_ast, violation_message)
VALUES ('tap_notes', 'erp_operator', '{"==": [{"var": "note"}, "short"]}', 'the operator is brief');
CREATE ROLE tap_other LOGIN;

SELECT lives_ok($$INSERT INTO tap_notes VALUES ('a long one')$$, 'a rule for another login does not bind');
SET SESSION AUTHORIZATION erp_operator;
SELECT throws_ok($$INSERT INTO tap_notes VALUES ('a long one')$$, 'RP110', NULL, 'a rule for this login does');
RESET SESSION AUTHORIZATION;
UPDATE erp.people SET database_role = 'tap_other' WHERE database_role = 'erp_operator';
SET SESSION AUTHORIZATION erp_operator;
SELECT lives_ok($$INSERT INTO tap_notes VALUES ('a long one')$$, 'nor when the person got another login');
RESET SESSION AUTHORIZATION;
UPDATE erp.people SET database_role = 'erp_operator' WHERE database_role = 'tap_other';
SET SESSION AUTHORIZATION erp_operator;
SELECT throws_ok($$INSERT INTO tap_notes VALUES ('a long one')$$, 'RP110', NULL, 'and again when it came back');
RESET SESSION AUTHORIZATION;
SAVEPOINT before;
UPDATE erp.people SET database_role = 'tap_other' WHERE database_role = 'erp_operator';
ROLLBACK TO before;
SET SESSION AUTHORIZATION erp_operator;
SELECT throws_ok($$INSERT INTO tap_notes VALUES ('a long one')$$, 'RP110', NULL, 'a change rolled back changes nothing');
RESET SESSION AUTHORIZATION;
SELECT lives_ok($$INSERT INTO tap_notes VALUES ('a long one')$$, 'the owner is neither');

SELECT finish();
ROLLBACK;
