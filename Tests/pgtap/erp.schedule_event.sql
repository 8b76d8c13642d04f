-- Events that a schedule inserts: one at a time, by role erp_cron.
BEGIN;
SELECT plan(9);

SET SESSION AUTHORIZATION erp_cron;
SELECT isnt(erp.schedule_event('INVENTORY_CHECK'), NULL, 'the first tick inserts an event');
SELECT is(erp.schedule_event('INVENTORY_CHECK'), NULL, 'the next inserts none while that is pending');
SELECT isnt(erp.schedule_event('PAYROLL_RUN'), NULL, 'another type has its own');
RESET SESSION AUTHORIZATION;

SELECT results_eq(
    $$SELECT event_type, idempotency_key, status, created_by = 'erp_cron' FROM agent.task_events
    WHERE idempotency_key LIKE 'schedule:%' ORDER BY event_id$$,
    $$VALUES ('INVENTORY_CHECK', 'schedule:INVENTORY_CHECK:after:0', 'pending', true),
    ('PAYROLL_RUN', 'schedule:PAYROLL_RUN:after:0', 'pending', true)$$,
    'they wait, visibly, with a key that is fixed while they do'
);

UPDATE agent.task_events
SET status = 'completed', processed_at = clock_timestamp(), result = '{}'
WHERE idempotency_key = 'schedule:INVENTORY_CHECK:after:0';
SET SESSION AUTHORIZATION erp_cron;
SELECT isnt(erp.schedule_event('INVENTORY_CHECK'), NULL, 'when it is done the next tick inserts one');
SELECT is(erp.schedule_event('INVENTORY_CHECK'), NULL, 'and again only one');
SELECT is(erp.schedule_event(NULL), NULL, 'no type, no event');
RESET SESSION AUTHORIZATION;
SELECT is(
    (SELECT count(*) FROM agent.task_events WHERE event_type = 'INVENTORY_CHECK'), 2::bigint,
    'two in all'
);

SET SESSION AUTHORIZATION sales_agent;
SELECT throws_ok($$SELECT erp.schedule_event('PAYROLL_RUN')$$, '42501', NULL, 'an agent cannot use it');
RESET SESSION AUTHORIZATION;

SELECT finish();
ROLLBACK;
