-- Claim, lease, completion, failure, reaping, requeueing.
\ir _as_role.sql
BEGIN;
\ir _people.sql
SELECT plan(53);
UPDATE agent.task_events
SET status = 'completed', failure_kind = NULL, lease_until = NULL, claimed_by_pid = NULL, processed_at = now()
WHERE status <> 'completed';
CREATE TEMP TABLE t (name text PRIMARY KEY, id bigint);
CREATE FUNCTION pg_temp.event(name text, event_type text, payload jsonb DEFAULT '{}', priority integer DEFAULT 5, run_at timestamptz DEFAULT NULL)
RETURNS void
LANGUAGE sql
AS $$
    WITH made AS (
        INSERT INTO public.erp_task_events (event_type, payload, priority, run_at)
        VALUES (event_type, payload, priority, run_at)
        RETURNING event_id
    )
    INSERT INTO pg_temp.t SELECT name, event_id FROM made
$$;
CREATE FUNCTION pg_temp.id(wanted text) RETURNS bigint LANGUAGE sql AS $$ SELECT id FROM pg_temp.t WHERE name = wanted $$;
CREATE FUNCTION pg_temp.state(wanted text)
RETURNS text
LANGUAGE sql
AS $$ SELECT concat_ws(' ', status, attempts, lease_token) FROM agent.task_events WHERE event_id = pg_temp.id(wanted) $$;
CREATE FUNCTION pg_temp.claim(who name, batch integer DEFAULT 1)
RETURNS text
LANGUAGE sql
AS $$
    SELECT pg_temp.as_role(who, format(
        'SELECT string_agg(event_id::text, '','') FROM (SELECT event_id FROM agent.claim_task(%s)) AS c', batch))
$$;
CREATE FUNCTION pg_temp.names(ids text)
RETURNS text
LANGUAGE sql
AS $$
    SELECT string_agg(t.name, ',' ORDER BY o)
    FROM unnest(string_to_array(ids, ',')::bigint[]) WITH ORDINALITY AS i (id, o)
    JOIN pg_temp.t USING (id)
$$;

-- Who may claim.
SELECT throws_ok($$SELECT pg_temp.as_role('erp_operator', 'SELECT agent.claim_task()')$$, '42501', NULL, 'a person claims nothing');
SELECT throws_ok($$SELECT agent.claim_task()$$, 'RP501', NULL, 'a login that is no agent claims nothing');
UPDATE agent.agents SET operational_status = 'suspended' WHERE role_name = 'sales_agent';
SELECT throws_ok($$SELECT pg_temp.claim('sales_agent')$$, 'RP501', 'agent sales_agent is suspended', 'a suspended agent claims nothing');
UPDATE agent.agents SET operational_status = 'active' WHERE role_name = 'sales_agent';
SELECT throws_ok($$SELECT pg_temp.claim('sales_agent', 0)$$, '22023', NULL, 'a batch has at least one');
SELECT throws_ok($$SELECT pg_temp.claim('sales_agent', 1001)$$, '22023', NULL, 'and at most a thousand');
SELECT throws_ok(
    $$SELECT pg_temp.as_role('sales_agent', 'SELECT agent.claim_task(1, ''0 s'')')$$, '22023', NULL, 'a lease is longer than nothing');
SELECT is(pg_temp.claim('sales_agent'), NULL, 'an empty queue gives no row');

-- Order: priority ages, later dates wait.
SELECT pg_temp.event('plain', 'ORDER_NEGOTIATION');
SELECT pg_temp.event('urgent', 'ORDER_NEGOTIATION', priority => 10);
SELECT pg_temp.event('tomorrow', 'ORDER_NEGOTIATION', priority => 10, run_at => now() + interval '1 day');
SELECT pg_temp.event('other agent', 'CREDIT_REVIEW');
SELECT is(pg_temp.names(pg_temp.claim('sales_agent', 10)), 'urgent,plain', 'the urgent first, the dated not yet, the foreign never');
SELECT is(pg_temp.state('plain'), 'processing 1 1', 'a claim counts the attempt and raises the token');
SELECT is(pg_temp.claim('sales_agent'), NULL, 'what is leased is not claimed again');

-- The lease: token, agent, time.
SELECT is(pg_temp.as_role('sales_agent', format('SELECT agent.heartbeat(%s, 1)', pg_temp.id('plain'))), 'true', 'the holder extends');
SELECT is(pg_temp.as_role('sales_agent', format('SELECT agent.heartbeat(%s, 2)', pg_temp.id('plain'))), 'false', 'another token does not');
SELECT is(
    pg_temp.as_role('sales_agent', format('SELECT agent.heartbeat(%s, NULL)', pg_temp.id('plain'))), 'true',
    'without a token the backend that claimed is believed');
SELECT is(pg_temp.as_role('finance_agent', format('SELECT agent.heartbeat(%s, 1)', pg_temp.id('plain'))), 'false', 'another agent does not');
SELECT throws_ok(
    format($$SELECT pg_temp.as_role('finance_agent', 'SELECT agent.complete_task(%s, 1, ''{}'')')$$, pg_temp.id('plain')),
    'RP001', NULL, 'another agent completes nothing');
SELECT throws_ok(
    $$SELECT pg_temp.as_role('sales_agent', 'SELECT agent.complete_task(-1, 1, ''{}'')')$$, 'RP001', NULL, 'nor what does not exist');
SELECT is(
    pg_temp.as_role('sales_agent', format('SELECT agent.complete_task(%s, 9, ''{}'')', pg_temp.id('plain'))), 'false',
    'a wrong token completes nothing');
SELECT is(pg_temp.state('plain'), 'processing 1 1', 'and changes nothing');
SELECT is(
    pg_temp.as_role('sales_agent', format('SELECT agent.complete_task(%s, 1, ''{"outcome": "x"}'')', pg_temp.id('plain'))), 'true',
    'the holder completes');
SELECT is((SELECT result ->> 'outcome' FROM erp_task_events WHERE event_id = pg_temp.id('plain')), 'x', 'the result is kept');
SELECT is(
    pg_temp.as_role('sales_agent', format('SELECT agent.complete_task(%s, 1, ''{}'')', pg_temp.id('plain'))), 'true',
    'the same completion again is harmless');
SELECT is((SELECT result ->> 'outcome' FROM erp_task_events WHERE event_id = pg_temp.id('plain')), 'x', 'and changes nothing');

-- A lease that has run out is lost, reaped or not.
UPDATE agent.task_events SET lease_until = clock_timestamp() - interval '1 ms' WHERE event_id = pg_temp.id('urgent');
SELECT is(
    pg_temp.as_role('sales_agent', format('SELECT agent.complete_task(%s, 1, ''{}'')', pg_temp.id('urgent'))), 'false',
    'a late completion is refused');
SELECT throws_ok(
    format($$SELECT pg_temp.as_role('sales_agent', 'SELECT agent.fail_task(%s, 1, ''x'')')$$, pg_temp.id('urgent')),
    'RP001', NULL, 'so is a late failure');
SELECT is(pg_temp.as_role('sales_agent', format('SELECT agent.heartbeat(%s, 1)', pg_temp.id('urgent'))), 'false', 'and a late heartbeat');
SELECT is(pg_temp.names(pg_temp.claim('sales_agent')), 'urgent', 'an empty-handed claim reaps and takes it');
SELECT is(pg_temp.state('urgent'), 'processing 2 2', 'under a new token');
SELECT is(
    pg_temp.as_role('sales_agent', format('SELECT agent.complete_task(%s, 1, ''{}'')', pg_temp.id('urgent'))), 'false',
    'the old token is worth nothing any more');
UPDATE agent.task_events SET lease_until = clock_timestamp() - interval '1 ms', attempts = 5 WHERE event_id = pg_temp.id('urgent');
SELECT is(pg_temp.as_role('erp_cron', 'SELECT agent.reap_expired_leases()'), '1', 'the schedule reaps');
SELECT is(
    (SELECT concat_ws(' ', status, failure_kind, error_message) FROM agent.task_events WHERE event_id = pg_temp.id('urgent')),
    'failed lease_lost lease lost 5 times', 'after the last attempt the task fails');
SELECT is(agent.reap_expired_leases(), 0, 'nothing else to reap');

-- Failing and retrying.
SELECT pg_temp.event('bad', 'ORDER_NEGOTIATION');
SELECT is(pg_temp.names(pg_temp.claim('sales_agent')), 'bad', 'claimed');
SELECT is(
    pg_temp.as_role('sales_agent', format('SELECT agent.fail_task(%s, 1, ''later'', ''10 min'')', pg_temp.id('bad'))), 'pending',
    'with a delay the task is pending again');
SELECT is(
    (SELECT concat_ws(' ', error_message, run_at - erp.now()) FROM agent.task_events WHERE event_id = pg_temp.id('bad')), 'later 00:10:00',
    'with the reason and its date');
SELECT is(pg_temp.claim('sales_agent'), NULL, 'not before that date');
UPDATE agent.task_events SET run_at = erp.now(), attempts = 4 WHERE event_id = pg_temp.id('bad');
SELECT is(pg_temp.names(pg_temp.claim('sales_agent')), 'bad', 'then again');
SELECT is(
    pg_temp.as_role('sales_agent', format('SELECT agent.fail_task(%s, NULL, '''', ''1 s'')', pg_temp.id('bad'))), 'failed',
    'the fifth attempt is the last');
SELECT is(
    (SELECT concat_ws(' ', status, failure_kind, error_message) FROM agent.task_events WHERE event_id = pg_temp.id('bad')),
    'failed technical no reason given', 'a failure always has a reason');
SELECT is(
    pg_temp.as_role('sales_agent', format('SELECT agent.fail_task(%s, 2, ''x'')', pg_temp.id('bad'))), 'failed',
    'the same failure again is harmless');

-- Requeueing is for people.
SELECT throws_ok(
    format($$SELECT pg_temp.as_role('sales_agent', 'SELECT agent.requeue(%s, ''x'')')$$, pg_temp.id('bad')), '42501', NULL,
    'an agent requeues nothing');
SELECT throws_ok(
    format($$SELECT pg_temp.as_role('erp_operator', 'SELECT agent.requeue(%s, '' '')')$$, pg_temp.id('bad')), 'RP511', NULL,
    'a reason is needed');
SELECT is(pg_temp.as_role('erp_operator', format('SELECT agent.requeue(%s, ''again'')', pg_temp.id('bad'))), 'true', 'a person requeues');
SELECT is(pg_temp.state('bad'), 'pending 0 3', 'attempts from zero, the token raised');
SELECT is(
    pg_temp.as_role('erp_operator', format('SELECT agent.requeue(%s, ''again'')', pg_temp.id('bad'))), 'false',
    'what has not failed is not requeued');
INSERT INTO erp_task_events (event_type, payload) VALUES ('NOT_KNOWN', '{}');
SELECT throws_ok(
    $$SELECT pg_temp.as_role('erp_operator', format('SELECT agent.requeue(%s, ''x'')', (SELECT max(event_id) FROM agent.task_events)))$$,
    'RP003', NULL, 'an event nobody understands stays failed');

-- One subject, one task in flight, in order of arrival.
SELECT pg_temp.event('first', 'CREDIT_REVIEW', '{"customer_id": 5}', run_at => now() + interval '1 hour');
SELECT pg_temp.event('second', 'CREDIT_REVIEW', '{"customer_id": 5}');
SELECT pg_temp.event('third', 'PAYMENT_RECEIVED', '{"customer_id": 5}', priority => 10);
SELECT pg_temp.event('other', 'CREDIT_REVIEW', '{"customer_id": 6}');
SELECT is(
    pg_temp.names(pg_temp.claim('finance_agent', 10)), 'other agent,second,other',
    'one of each subject; a later date holds nobody up, urgency does not overtake');
SELECT is(pg_temp.claim('finance_agent', 10), NULL, 'the third waits for the second');
SELECT is(
    pg_temp.as_role('finance_agent', format('SELECT agent.fail_task(%s, 1, ''x'', ''1 hour'')', pg_temp.id('second'))), 'pending',
    'the second is retried later');
SELECT is(pg_temp.claim('finance_agent', 10), NULL, 'and still goes before the third');
UPDATE agent.task_events SET run_at = erp.now() WHERE event_id = pg_temp.id('second');
SELECT is(pg_temp.names(pg_temp.claim('finance_agent', 10)), 'second', 'then it is its turn again');

-- The plan: whatever the statistics say, a claim reads the head of its index and no more. (Rows read in this transaction.)
CREATE FUNCTION pg_temp.rows_read()
RETURNS bigint
LANGUAGE sql
AS $$ SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relid = 'agent.task_events'::regclass $$;
INSERT INTO erp_task_events (event_type, payload) SELECT 'TIMESHEET_APPROVAL', '{"timesheet_record_id": 1}' FROM generate_series(1, 2000);
INSERT INTO erp_task_events (event_type, payload)
SELECT 'TIMESHEET_APPROVAL', jsonb_build_object('timesheet_record_id', 1 + i) FROM generate_series(1, 2000) AS i;
CREATE TEMP TABLE reads AS SELECT pg_temp.rows_read() AS before, NULL::text AS claimed, 0::bigint AS after;
UPDATE reads SET claimed = pg_temp.claim('hr_payroll_agent', 1);
UPDATE reads SET after = pg_temp.rows_read();
SELECT isnt((SELECT claimed FROM reads), NULL, 'one of four thousand is claimed');
SELECT cmp_ok((SELECT after - before FROM reads), '<', 40::bigint, 'without reading the others');
UPDATE reads SET before = after, claimed = pg_temp.claim('hr_payroll_agent', 1);
UPDATE reads SET after = pg_temp.rows_read();
SELECT cmp_ok((SELECT after - before FROM reads), '<', 40::bigint, 'nor the flood of one subject that is in flight');

SELECT * FROM finish();
ROLLBACK;
