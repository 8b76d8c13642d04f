-- A failed task leaves the inbox by a new start or by a person's word that it is done with.
\ir _as_role.sql
BEGIN;
\ir _people.sql
SELECT plan(17);
CREATE TEMP TABLE task AS
WITH made AS (
    INSERT INTO agent.task_events (event_type, payload) VALUES ('NOT_KNOWN', '{}'), ('CREDIT_REVIEW', '{"customer_id": 1}') RETURNING event_id
)
SELECT min(event_id) AS failed, max(event_id) AS pending FROM made;
CREATE FUNCTION pg_temp.dismiss(task bigint, reason text, who name DEFAULT 'erp_operator')
RETURNS text
LANGUAGE sql
AS $$ SELECT pg_temp.as_role(who, format('SELECT agent.dismiss(%L, %L)', task, reason)) $$;
CREATE FUNCTION pg_temp.waits() RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM erp.inbox WHERE waiting = 'failed task' AND subject_id = (SELECT failed FROM pg_temp.task)
$$;

SELECT is(pg_temp.waits(), 1::bigint, 'a failed task waits in the inbox');
SELECT throws_ok($$SELECT pg_temp.dismiss(failed, 'x', 'sales_agent') FROM task$$, '42501', NULL, 'an agent dismisses nothing');
SELECT throws_ok($$SELECT agent.dismiss(failed, 'x') FROM task$$, 'RP512', NULL, 'nor does a login that is no person');
SELECT throws_ok($$SELECT pg_temp.dismiss(failed, ' ') FROM task$$, 'RP511', NULL, 'a reason is needed');
SELECT throws_ok($$SELECT pg_temp.dismiss(failed, NULL) FROM task$$, 'RP511', NULL, 'NULL is none');
SELECT is(pg_temp.dismiss(pending, 'x'), 'false', 'what has not failed is not dismissed') FROM task;
SELECT is(pg_temp.dismiss(-1, 'x'), 'false', 'nor what does not exist');
SELECT is(pg_temp.waits(), 1::bigint, 'until here it waits');
SELECT is(pg_temp.dismiss(failed, 'sent twice by mistake'), 'true', 'a person dismisses it') FROM task;
SELECT is(pg_temp.waits(), 0::bigint, 'then it is no longer in the inbox');
SELECT is(
    (SELECT concat_ws('|', status, dismissed_by, dismiss_reason, dismissed_at IS NOT NULL) FROM erp_task_events JOIN task ON event_id = failed),
    'failed|erp_operator|sent twice by mistake|t', 'who, when and why is kept');
SELECT is(
    (SELECT concat_ws('|', actor, action_type, was_authorized, reason, l.task_id = failed) FROM agent.authorization_logs AS l, task ORDER BY log_id DESC LIMIT 1),
    'erp_operator|dismiss_task|t|sent twice by mistake|t', 'and logged');
SELECT is(pg_temp.dismiss(failed, 'again'), 'false', 'once is enough') FROM task;
SELECT throws_ok(
    $$UPDATE agent.task_events SET dismissed_at = now(), dismissed_by = 'x', dismiss_reason = 'x' FROM task WHERE event_id = pending$$,
    '23514', NULL, 'only what failed can be dismissed');

-- It may be wanted after all.
UPDATE agent.task_events SET event_type = 'CREDIT_REVIEW', payload = '{"customer_id": 2}' FROM task WHERE event_id = failed;
SELECT is(pg_temp.as_role('erp_controller', format('SELECT agent.requeue(%s, ''after all'')', failed)), 'true', 'a dismissed task may be requeued') FROM task;
SELECT is(
    (SELECT concat_ws('|', status, dismissed_at, dismissed_by, dismiss_reason) FROM agent.task_events JOIN task ON event_id = failed),
    'pending', 'and is not dismissed any more');
INSERT INTO erp_task_events (event_type, payload, dismissed_at, dismissed_by, dismiss_reason) VALUES ('NOT_KNOWN', '{}', now(), 'x', 'x');
SELECT is((SELECT dismissed_at FROM agent.task_events ORDER BY event_id DESC LIMIT 1), NULL, 'nobody dismisses by inserting');

SELECT * FROM finish();
ROLLBACK;
