-- A worker that stops gives back what it has claimed: an attempt in which nothing was tried is not counted.
\ir _as_role.sql
BEGIN;
\ir _tools.sql
SELECT plan(13);
UPDATE agent.task_events
SET status = 'completed', processed_at = now(), lease_until = NULL, claimed_by_pid = NULL, failure_kind = NULL
WHERE status <> 'completed';
CREATE TEMP TABLE task AS
WITH made AS (
    INSERT INTO agent.task_events (event_type, payload) VALUES ('ORDER_NEGOTIATION', '{"sales_order_id": 4712}') RETURNING event_id
)
SELECT event_id AS id FROM made;
CREATE FUNCTION pg_temp.token() RETURNS text LANGUAGE sql AS $$ SELECT pg_temp.as_role('sales_agent', 'SELECT lease_token FROM agent.claim_task()') $$;
CREATE FUNCTION pg_temp.release(token bigint, delay interval DEFAULT '0 seconds')
RETURNS text
LANGUAGE sql
AS $$ SELECT pg_temp.as_role('sales_agent', format('SELECT agent.fail_task(%s, %s, %L, %L)', (SELECT id FROM pg_temp.task), token, 'released', delay)) $$;
CREATE FUNCTION pg_temp.note(token bigint, args jsonb)
RETURNS text
LANGUAGE sql
AS $$
    SELECT pg_temp.verdict(pg_temp.as_role('sales_agent', format(
        'SELECT agent.call_tool(%s, %L, %L, %s)', (SELECT id FROM pg_temp.task), 'test_note', args, token)))
$$;
CREATE FUNCTION pg_temp.attempts() RETURNS integer LANGUAGE sql AS $$ SELECT attempts FROM agent.task_events JOIN pg_temp.task ON event_id = id $$;

SELECT is(
    (SELECT string_agg(pg_temp.release(pg_temp.token()::bigint), ' ') FROM generate_series(1, 6)),
    'pending pending pending pending pending pending', 'six workers stopped before they began: the task still waits');
SELECT is(pg_temp.attempts(), 0, 'none of them counts as an attempt');
SELECT is(pg_temp.release(pg_temp.token()::bigint, '-1 s'), 'pending', 'a negative delay is none');
SELECT is(pg_temp.attempts(), 0, 'and gives back too');

SELECT is(pg_temp.token(), '8', 'claimed again');
SELECT is(pg_temp.note(8, '{"sqlstate": "RP301", "message": "no"}'), 'RP301', 'a refused call');
SELECT is(pg_temp.release(8), 'pending', 'released after it');
SELECT is(pg_temp.attempts(), 1, 'was an attempt');
SELECT is(pg_temp.token(), '9', 'claimed again');
SELECT is(pg_temp.release(9), 'pending', 'released untouched');
SELECT is(pg_temp.attempts(), 1, 'only the untouched one is given back');
SELECT is(pg_temp.release(pg_temp.token()::bigint, '1 ms'), 'pending', 'a failure to be retried later');
SELECT is(pg_temp.attempts(), 2, 'counts, whatever was tried');

SELECT * FROM finish();
ROLLBACK;
