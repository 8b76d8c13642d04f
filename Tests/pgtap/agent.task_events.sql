-- Intake: what is stored, what is refused, who gets it.
\ir _as_role.sql
BEGIN;
SELECT plan(36);

SELECT lives_ok(
    $$SELECT pg_temp.as_role('erp_operator', 'INSERT INTO erp_task_events (event_type, payload)
        VALUES (''INVOICE_CUSTOMER'', ''{"sales_order_id": 12}'') RETURNING event_id')$$,
    'a person inserts an event through the view with type and payload alone');
SELECT results_eq(
    $$SELECT target_agent, status, subject_key, priority, attempts, created_by = 'erp_operator' FROM agent.task_events ORDER BY event_id DESC LIMIT 1$$,
    $$VALUES ('finance_agent', 'pending', 'sales_order:12', 5, 0, true)$$,
    'it is routed by its type and knows its subject');
SELECT lives_ok(
    $$SELECT pg_temp.as_role('erp_cron', 'INSERT INTO erp_task_events (event_type, payload)
        VALUES (''INVENTORY_CHECK'', ''{}'') RETURNING event_id')$$,
    'the schedule inserts an event');
SELECT throws_ok(
    $$SELECT pg_temp.as_role('sales_agent', 'INSERT INTO erp_task_events (event_type, payload) VALUES (''CREDIT_REVIEW'', ''{}'')')$$,
    '42501', NULL, 'an agent inserts no event directly');
SELECT throws_ok(
    $$SELECT pg_temp.as_role('erp_operator', 'UPDATE erp_task_events SET status = ''completed''')$$,
    '42501', NULL, 'a person changes no event directly');
SELECT throws_ok(
    $$SELECT pg_temp.as_role('erp_operator', 'DELETE FROM agent.task_events')$$,
    '42501', NULL, 'a person deletes no event');

-- What the client says about the life of the task does not count.
INSERT INTO agent.task_events (event_type, payload, status, attempts, lease_token, result, error_message, processed_at, created_at, created_by)
VALUES ('CREDIT_REVIEW', '{"customer_id": 3}', 'completed', 4, 9, '{}', 'x', '1999-01-01', '1999-01-01', 'nobody');
SELECT results_eq(
    $$SELECT status, attempts, lease_token, result, error_message, processed_at IS NULL, created_at > '2000-01-01', created_by = session_user
        FROM agent.task_events ORDER BY event_id DESC LIMIT 1$$,
    $$VALUES ('pending', 0, 0::bigint, NULL::jsonb, NULL::text, true, true, true)$$,
    'status and bookkeeping begin fresh whatever the client sends');

-- Unknown names are stored as failed, with the reason and the refusal's code.
INSERT INTO erp_task_events (event_type, payload) VALUES ('NO_SUCH_TYPE', '{"a": 1}');
SELECT results_eq(
    $$SELECT status, target_agent, left(error_message, 5), processed_at IS NOT NULL FROM erp_task_events ORDER BY event_id DESC LIMIT 1$$,
    $$VALUES ('failed', NULL::text, 'RP003', true)$$,
    'an unknown event type is stored as failed');
SELECT results_eq(
    $$SELECT action_type, was_authorized, sqlstate, task_id = (SELECT max(event_id) FROM agent.task_events)
        FROM erp_authorization_logs ORDER BY log_id DESC LIMIT 1$$,
    $$VALUES ('insert_event', false, 'RP003', true)$$,
    'and its refusal is logged with the code');
INSERT INTO erp_task_events (event_type, target_agent, payload) VALUES ('CREDIT_REVIEW', 'postgres', '{}');
SELECT results_eq(
    $$SELECT status, target_agent, left(error_message, 5) FROM erp_task_events ORDER BY event_id DESC LIMIT 1$$,
    $$VALUES ('failed', 'postgres', 'RP003')$$,
    'an unknown target agent is stored as failed');
INSERT INTO erp_task_events (event_type, target_agent, payload) VALUES ('CREDIT_REVIEW', 'sales_agent', '{}');
SELECT is(
    (SELECT status || ' ' || target_agent FROM erp_task_events ORDER BY event_id DESC LIMIT 1),
    'pending sales_agent', 'a named agent wins over the routing');
SELECT lives_ok(
    $$INSERT INTO erp_task_events (event_type, payload)
        VALUES (E'\'; DROP TABLE agent.task_events; --\n<script>', '"a text"'), (E'\u202E%s%I', '[1, 2]'), ('', 'null')$$,
    'hostile text is stored as data');
SELECT is(
    (SELECT count(*) FROM (SELECT status FROM agent.task_events ORDER BY event_id DESC LIMIT 3) AS last WHERE status = 'failed'),
    3::bigint, 'and fails alone');
SELECT throws_ok(
    $$INSERT INTO erp_task_events (event_type, payload) VALUES (NULL, '{}')$$, '23502', NULL, 'an event needs a type');
SELECT throws_ok(
    $$INSERT INTO erp_task_events (event_type, payload) VALUES ('CREDIT_REVIEW', NULL)$$, '23502', NULL, 'an event needs a payload');
SELECT throws_ok(
    $$INSERT INTO erp_task_events (event_id, event_type, payload) VALUES (1, 'CREDIT_REVIEW', '{}')$$,
    '428C9', NULL, 'nobody chooses an event''s id');

-- Size: the payload as text has at most 262144 bytes; {"x": "…"} has 9 besides the text.
SELECT lives_ok(
    $$INSERT INTO erp_task_events (event_type, payload) VALUES ('CREDIT_REVIEW', jsonb_build_object('x', repeat('a', 262135)))$$,
    'a payload of exactly 256 KiB is stored');
SELECT throws_ok(
    $$INSERT INTO erp_task_events (event_type, payload) VALUES ('CREDIT_REVIEW', jsonb_build_object('x', repeat('a', 262136)))$$,
    'RP002', NULL, 'one byte more is refused');
SELECT throws_ok(
    $$INSERT INTO erp_task_events (event_type, payload) VALUES (repeat('T', 1025), '{}')$$, 'RP002', NULL, 'so is a type of more than 1 KiB');
SELECT throws_ok(
    $$INSERT INTO erp_task_events (event_type, payload, idempotency_key) VALUES ('CREDIT_REVIEW', '{}', repeat('k', 1025))$$,
    'RP002', NULL, 'and a key of more than 1 KiB');
SELECT throws_ok(
    $$INSERT INTO erp_task_events (event_type, payload) VALUES ('CREDIT_REVIEW', '{"a": "\u0000"}')$$, '22P05', NULL, 'jsonb refuses a NUL');

-- Idempotency.
INSERT INTO erp_task_events (event_type, payload, idempotency_key) VALUES ('CREDIT_REVIEW', '{}', 'key:1');
SELECT throws_ok(
    $$INSERT INTO erp_task_events (event_type, payload, idempotency_key) VALUES ('CREDIT_REVIEW', '{}', 'key:1')$$,
    '23505', NULL, 'a second event with the same key is a duplicate');
SELECT lives_ok(
    $$INSERT INTO erp_task_events (event_type, payload, idempotency_key) VALUES ('CREDIT_REVIEW', '{}', 'key:1')
        ON CONFLICT (idempotency_key) DO NOTHING$$,
    'ON CONFLICT works through the view');
SELECT is(
    (SELECT count(*) FROM erp_task_events WHERE idempotency_key = 'key:1'), 1::bigint, 'and leaves one event');
SELECT is(
    pg_temp.as_role('erp_cron', 'INSERT INTO erp_task_events (event_type, payload, idempotency_key)
        VALUES (''CREDIT_REVIEW'', ''{}'', ''key:1'') ON CONFLICT (idempotency_key) DO NOTHING RETURNING event_id'),
    NULL, 'for the schedule too');

-- Subject: only a whole number names one.
INSERT INTO erp_task_events (event_type, payload)
VALUES ('INVOICE_CUSTOMER', '{"sales_order_id": "12"}'), ('INVOICE_CUSTOMER', '{"sales_order_id": 1.5}'),
('INVOICE_CUSTOMER', '{"sales_order_id": -3}'), ('INVOICE_CUSTOMER', '{"sales_order_id": {"x": 1}}');
SELECT results_eq(
    $$SELECT subject_key FROM agent.task_events ORDER BY event_id DESC LIMIT 4$$,
    $$VALUES (NULL::text), (NULL), (NULL), ('sales_order:12')$$,
    'the subject is a whole number, as number or text');

-- Priority and place.
SELECT throws_ok(
    $$INSERT INTO erp_task_events (event_type, payload, priority) VALUES ('CREDIT_REVIEW', '{}', 11)$$, '23514', NULL, 'priority 11 is refused');
SELECT throws_ok(
    $$INSERT INTO erp_task_events (event_type, payload, priority) VALUES ('CREDIT_REVIEW', '{}', 0)$$, '23514', NULL, 'priority 0 is refused');
INSERT INTO erp_task_events (event_type, payload, priority) VALUES ('CREDIT_REVIEW', '{}', 1), ('CREDIT_REVIEW', '{}', 10);
SELECT is(
    (SELECT max(sort_at) - min(sort_at) FROM (SELECT sort_at FROM agent.task_events ORDER BY event_id DESC LIMIT 2) AS last),
    interval '270 seconds', 'ten against one is worth four and a half minutes of waiting');
INSERT INTO erp_task_events (event_type, payload, run_at) VALUES ('CREDIT_REVIEW', '{}', '1970-01-01');
SELECT is(
    (SELECT sort_at FROM agent.task_events ORDER BY event_id DESC LIMIT 1), erp.now() - interval '2 minutes',
    'a date in the past buys no place in front');
SELECT lives_ok(
    $$INSERT INTO erp_task_events (event_type, payload, run_at) VALUES ('CREDIT_REVIEW', '{}', 'infinity'), ('CREDIT_REVIEW', '{}', '-infinity')$$,
    'run_at may be infinite');
INSERT INTO erp_task_events (event_type, payload) SELECT 'CREDIT_REVIEW', '{"customer_id": 4711}' FROM generate_series(1, 4);
SELECT is(
    (SELECT max(sort_at) - min(sort_at) FROM agent.task_events WHERE subject_key = 'customer:4711'), interval '6 seconds',
    'the fourth open task of a subject stands six seconds further back');

-- Wrong states cannot be stored, not even by the owner.
SELECT throws_ok(
    $$UPDATE agent.task_events SET status = 'processing' WHERE subject_key = 'customer:4711'$$, '23514', NULL, 'processing needs a lease');
SELECT throws_ok(
    $$UPDATE agent.task_events SET status = 'completed' WHERE subject_key = 'customer:4711'$$, '23514', NULL, 'completed needs its time');
SELECT throws_ok(
    $$UPDATE agent.task_events SET status = 'processing', lease_until = now(), claimed_by_pid = 1 WHERE subject_key = 'customer:4711'$$,
    '23505', NULL, 'two tasks of one subject are never in flight');
SELECT throws_ok($$UPDATE agent.task_events SET status = 'lost'$$, '23514', NULL, 'there are four states');

SELECT * FROM finish();
ROLLBACK;
