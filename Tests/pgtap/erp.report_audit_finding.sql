-- What the auditor finds comes before people: once, in the inbox, with a notification.
\ir _as_role.sql
BEGIN;
\ir _people.sql
SELECT plan(10);
CREATE FUNCTION pg_temp.report(who name DEFAULT 'erp_auditor', reason text DEFAULT 'the row is not what its last leaf says') RETURNS text
LANGUAGE sql
AS $$ SELECT pg_temp.as_role(who, format('SELECT erp.report_audit_finding(%L, 7, 70, %L, %L, %L)', 'row', 'erp.customers', '["5"]', reason)) $$;

SELECT throws_ok($$SELECT pg_temp.report('erp_operator')$$, '42501', NULL, 'a person reports nothing in the auditor''s name');
SELECT throws_ok($$SELECT pg_temp.report('sales_agent')$$, '42501', NULL, 'nor does an agent');
CREATE TEMP TABLE told AS SELECT pg_temp.report()::bigint AS event_id;
SELECT isnt(event_id, NULL, 'the auditor does') FROM told;
SELECT is(
    (SELECT concat_ws('|', waiting, summary) FROM erp.inbox AS i, told WHERE i.subject_type = 'task' AND i.subject_id = told.event_id),
    'failed task|AUDIT_FINDING row position 7 leaf 70 erp.customers ["5"]: the row is not what its last leaf says',
    'it waits in the inbox and says what is wrong where');
SELECT is(
    (SELECT concat_ws('|', status, target_agent, created_by, payload ->> 'position') FROM agent.task_events JOIN told USING (event_id)),
    'failed|finance_agent|erp_auditor|7', 'no agent takes it, and who told it is known');
SELECT is(coalesce(pg_temp.report(), 'none'), 'none', 'the same is told once');
SELECT isnt(pg_temp.report(reason => 'the leaf has another hash'), NULL, 'something else is told beside it');
SELECT is(
    (SELECT count(*) FROM erp.inbox WHERE summary LIKE 'AUDIT_FINDING %'), 2::bigint, 'two stand there now');
SELECT is(pg_temp.as_role('erp_operator', format('SELECT agent.dismiss(%s, %L)', event_id, 'restored')), 'true', 'a person dismisses it') FROM told;
CREATE TEMP TABLE long AS SELECT pg_temp.report(reason => repeat('x', 5000))::bigint AS event_id;
SELECT is(length(t.error_message), 1044, 'a long reason is cut') FROM agent.task_events AS t JOIN long USING (event_id);
SELECT * FROM finish();
ROLLBACK;
