-- The story of a record, and the views of people: found by index, kept in place.
\ir _as_role.sql
BEGIN;
\ir _fixtures.sql
SELECT plan(12);
SELECT pg_temp.make_product('why-1'), pg_temp.make_customer('why@tap.test'), pg_temp.make_stock('why-1', 10);
SELECT pg_temp.make_order('w', 'why@tap.test', 'why-1', 1);
CREATE TEMP TABLE task AS
WITH made AS (
    INSERT INTO erp_task_events (event_type, payload)
    VALUES ('ORDER_NEGOTIATION', jsonb_build_object('sales_order_id', pg_temp.o('w'))), ('NOT_KNOWN', '{}')
    RETURNING event_id, status
)
SELECT max(event_id) FILTER (WHERE status = 'pending') AS order_task, max(event_id) FILTER (WHERE status = 'failed') AS unknown FROM made;
CREATE FUNCTION pg_temp.why(kind text, id bigint)
RETURNS text
LANGUAGE sql
AS $$
    SELECT pg_temp.as_role('erp_operator', format(
        'SELECT string_agg(what, '', '') FROM erp.why(%L, %L) WHERE what LIKE ''event%%''', kind, id))
$$;
SELECT is(pg_temp.why('sales_order', pg_temp.o('w')), 'event ORDER_NEGOTIATION', 'an order''s open event');
UPDATE agent.task_events SET status = 'completed', processed_at = now() FROM task WHERE event_id = order_task;
SELECT is(pg_temp.why('sales_order', pg_temp.o('w')), 'event ORDER_NEGOTIATION', 'and when it is over');
SELECT is(pg_temp.why('event', order_task), 'event ORDER_NEGOTIATION', 'an event by its number') FROM task;
SELECT is(pg_temp.why('task', order_task), 'event ORDER_NEGOTIATION', 'which the inbox calls a task') FROM task;
SELECT is(pg_temp.why('task', unknown), 'event NOT_KNOWN', 'a task without a subject too') FROM task;
SELECT is(
    pg_temp.why((SELECT subject_type FROM erp.inbox, task WHERE subject_id = unknown AND waiting = 'failed task'), unknown), 'event NOT_KNOWN',
    'what the inbox says can be asked') FROM task;
SELECT is(pg_temp.why('task', -1), NULL, 'there is nothing to tell about nothing');
SELECT throws_ok($$SELECT pg_temp.why('weather', 1)$$, 'RP903', NULL, 'an unknown subject type');
SELECT throws_ok($$SELECT pg_temp.why(NULL, 1)$$, 'RP903', NULL, 'nor none');
SELECT pg_temp.as_role('erp_operator', format('SELECT agent.dismiss(%s, ''old'')', unknown)) FROM task;
SELECT matches(
    (SELECT detail FROM erp.why('task', (SELECT unknown FROM task)) WHERE what LIKE 'event%'), '\(dismissed: old\)$', 'and that it was dismissed');

-- However long the queue: neither the story of one order nor its progress reads it all.
INSERT INTO agent.task_events (event_type, payload, run_at)
SELECT 'ORDER_NEGOTIATION', jsonb_build_object('sales_order_id', 1000000 + i), now() FROM generate_series(1, 3000) AS i;
UPDATE agent.task_events SET status = 'completed', processed_at = now() WHERE status = 'pending';
ANALYZE agent.task_events;
CREATE FUNCTION pg_temp.rows_read()
RETURNS bigint
LANGUAGE sql
AS $$ SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relid = 'agent.task_events'::regclass $$;
SELECT pg_temp.rows_read() AS before \gset
SELECT pg_temp.why('sales_order', pg_temp.o('w')) AS story \gset
SELECT cmp_ok(pg_temp.rows_read() - :before, '<', 50::bigint, 'the story of one order reads its own events');
SELECT pg_temp.rows_read() AS before \gset
SELECT count(*) AS n FROM erp.order_progress WHERE sales_order_id = pg_temp.o('w') \gset
SELECT cmp_ok(pg_temp.rows_read() - :before, '<', 50::bigint, 'so does its progress');

SELECT * FROM finish();
ROLLBACK;
