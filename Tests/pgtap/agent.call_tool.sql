-- The dispatcher: who may call what, refusals that stay, effects that do not, steps that repeat.
\ir _as_role.sql
BEGIN;
\ir _people.sql
\ir _tools.sql
SELECT plan(57);
CREATE TEMP TABLE task AS
WITH made AS (
    INSERT INTO agent.task_events (event_type, payload, run_at, priority)
    VALUES ('ORDER_NEGOTIATION', '{"sales_order_id": 4711}', '-infinity', 10)
    RETURNING event_id
)
SELECT event_id AS id FROM made;
CREATE FUNCTION pg_temp.call(tool text, args jsonb, step text DEFAULT NULL, token bigint DEFAULT 1, who name DEFAULT 'sales_agent')
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT pg_temp.as_role(who, format('SELECT agent.call_tool(%s, %L, %L, %L, %L)', (SELECT id FROM pg_temp.task), tool, args, token, step))::jsonb
$$;
CREATE FUNCTION pg_temp.effects() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM agent.sessions WHERE session_type = 'chat' $$;
CREATE FUNCTION pg_temp.last_log()
RETURNS text
LANGUAGE sql
AS $$
    SELECT concat_ws('|', actor, action_type, target_table, record_id, was_authorized, constraint_violated, sqlstate, financial_amount, reason)
    FROM agent.authorization_logs
    ORDER BY log_id DESC
    LIMIT 1
$$;
DELETE FROM agent.sessions WHERE session_type = 'chat';

-- Before the claim nobody holds the lease.
SELECT is(pg_temp.verdict(pg_temp.call('test_note', '{}')::text), 'RP001', 'a pending task takes no call');
UPDATE agent.task_events SET status = 'completed', processed_at = now(), lease_until = NULL, claimed_by_pid = NULL, failure_kind = NULL
WHERE event_id <> (SELECT id FROM task) AND status <> 'completed';
SELECT is(
    pg_temp.as_role('sales_agent', 'SELECT event_id FROM agent.claim_task()')::bigint, (SELECT id FROM task), 'claimed');

-- Allowed.
SELECT is(pg_temp.verdict(pg_temp.call('test_note', '{"quantity": 1}', 'one')::text), 'ok', 'an assigned tool with fitting arguments works');
SELECT is(pg_temp.effects(), 1::bigint, 'and has its effect');
SELECT is(
    pg_temp.last_log(), 'sales_agent|test_note|agent.sessions|77|t|12.5', 'what was allowed is logged with record and amount');
SELECT is(
    (SELECT concat_ws('|', step, attempt, lease_token, tool_name, args, ok) FROM agent.tool_calls WHERE task_id = (SELECT id FROM task)),
    'one|1|1|test_note|{"quantity": 1}|t', 'the call is kept');
SELECT is(
    pg_temp.call('test_note', '{}', 'ctx') -> 'result' -> 'context',
    jsonb_build_object(
        'task_id', (SELECT id FROM task), 'event_type', 'ORDER_NEGOTIATION', 'agent_id', (SELECT agent_id FROM agent.agents WHERE role_name = 'sales_agent'),
        'agent_role', 'sales_agent', 'step', 'ctx', 'attempt', 1, 'idempotency_key', format('task:%s:ctx', (SELECT id FROM task))),
    'the handler knows its task, agent, step and key');

-- A repeated step.
SELECT is(pg_temp.verdict(pg_temp.call('test_note', '{"quantity": 1}', 'one')::text), 'ok', 'a repeated step is answered');
SELECT is(pg_temp.effects(), 2::bigint, 'and not done again');
SELECT is(
    pg_temp.verdict(pg_temp.call('test_note', '{"quantity": 2}', 'one')::text), 'RP011',
    'with other arguments it is another question: no stored answer');
SELECT is(
    (SELECT count(*) FROM agent.tool_calls WHERE step = 'one' AND task_id = (SELECT id FROM task)), 1::bigint,
    'and the step stays as it was');
SELECT is(pg_temp.verdict(pg_temp.call('search_products', '{"query": "x"}', 'one')::text), 'RP011', 'but not for another tool');
SELECT is(pg_temp.verdict(pg_temp.call('test_note', '{}')::text), 'ok', 'a call without a step');
SELECT is(pg_temp.verdict(pg_temp.call('test_note', '{}')::text), 'ok', 'and again');
SELECT is(pg_temp.effects(), 4::bigint, 'is done each time');
SELECT is(
    (SELECT count(DISTINCT step) FROM agent.tool_calls WHERE task_id = (SELECT id FROM task) AND step LIKE '#%'), 2::bigint,
    'under a generated step');

-- Refused before the handler.
SELECT is(pg_temp.call('test_note', '{"quantity": 0}', 'zero') ->> 'message', 'quantity: must be greater than 0', 'RP010 begins with the path');
SELECT is(
    pg_temp.last_log(), 'sales_agent|test_note|agent.sessions|f|RP010|quantity: must be greater than 0', 'the refusal is logged with its code');
SELECT is(pg_temp.call('test_note', '[]', 'array') ->> 'message', '$: must be of type object, not array', 'the arguments are an object');
SELECT is(pg_temp.verdict(pg_temp.call('post_journal_entry', '{}', 'foreign')::text), 'RP503', 'a tool of another agent is refused');
SELECT is(pg_temp.verdict(pg_temp.call('no_such_tool', '{}', 'unknown')::text), 'RP503', 'an unknown tool is refused');
SELECT is(pg_temp.verdict(pg_temp.call(NULL, '{}', 'null')::text), 'RP503', 'no tool at all too');
SELECT is(
    pg_temp.call('create_purchase_order', '{}', 'inactive') ->> 'message',
    'tool create_purchase_order is not active: purchasing is not part of this release', 'an inactive tool names its reason');
SELECT is(pg_temp.verdict(pg_temp.call('create_purchase_order', '{}', 'inactive')::text), 'RP510', 'and answers RP510');
SELECT is(
    pg_temp.verdict(pg_temp.call('test_note', jsonb_build_object('x', repeat('a', 262136)), 'large')::text), 'RP002',
    'arguments above 256 KiB are refused');
SELECT is(
    (SELECT args FROM agent.tool_calls WHERE step = 'large' AND task_id = (SELECT id FROM task)), '{"omitted_bytes": 262145}'::jsonb,
    'and not kept');
SELECT is(pg_temp.effects(), 4::bigint, 'none of these had an effect');

-- Refused by the handler: the classes RP, 22, 23 and 42501 are answers, and the effect is rolled back.
SELECT is(
    pg_temp.call('test_note', '{"sqlstate": "RP301", "message": "over the limit"}', 'rule'),
    '{"ok": false, "sqlstate": "RP301", "message": "over the limit", "hint": "less", "constraint": null,
        "detail": {"rule": "a_rule", "values": {"total_invoice_value": 25000.01}}}'::jsonb,
    'a refusal of the business is an answer with its facts');
SELECT is(
    pg_temp.last_log(), 'sales_agent|test_note|agent.sessions|f|a_rule|RP301|25000.01|over the limit', 'logged with rule, code and amount');
SELECT is(pg_temp.verdict(pg_temp.call('test_note', '{"raw": "SELECT 1 / 0"}', '22')::text), '22012', 'class 22 is an answer');
SELECT is(
    pg_temp.call('test_note', '{"raw": "INSERT INTO agent.sessions (agent_id, session_type) VALUES (1, ''x'')"}', '23') ->> 'constraint',
    'sessions_session_type_check', 'class 23 is an answer and names the constraint');
SELECT is(
    pg_temp.verdict(pg_temp.call('test_note', '{"raw": "DELETE FROM agent.task_events"}', '42501')::text), '42501', '42501 is an answer');
SELECT is(
    pg_temp.verdict(pg_temp.call('test_note', '{"raw": "UPDATE agent.agents SET financial_authority_limit = 1e9"}', 'raise')::text), '42501',
    'a handler cannot raise its agent''s limit');
SELECT is(pg_temp.effects(), 4::bigint, 'every one rolled back');
SELECT throws_ok(
    $$SELECT pg_temp.call('test_note', '{"raw": "SELECT no_such_column"}', '42')$$, '42703', NULL, 'a broken handler is an error, not an answer');
SELECT throws_ok(
    $$SELECT pg_temp.call('test_note', '{"sqlstate": "40001", "message": "again"}', '40')$$, '40001', NULL, 'so is a conflict to be retried');
SELECT throws_ok(
    $$SELECT pg_temp.call('test_note', '{"sqlstate": "XX000", "message": "broken"}', 'XX')$$, 'XX000', NULL, 'and an internal error');
SELECT is(
    (SELECT count(*) FROM agent.tool_calls WHERE task_id = (SELECT id FROM task) AND step IN ('42', '40', 'XX')), 0::bigint,
    'these leave no step behind');

-- Deferred constraints are judged inside: the refusal can still be written.
CREATE TABLE agent.test_deferred (id integer UNIQUE DEFERRABLE INITIALLY IMMEDIATE, note text);
GRANT SELECT, INSERT, UPDATE ON agent.test_deferred TO erp_gate;
SELECT is(
    pg_temp.verdict(pg_temp.call('test_note', '{"raw": "INSERT INTO agent.test_deferred VALUES (1, ''a''), (1, ''b'')"}', 'd1')::text),
    '23505', 'what is broken at the end is an answer');
SELECT is(
    pg_temp.verdict(pg_temp.call(
        'test_note',
        '{"raw": "INSERT INTO agent.test_deferred VALUES (1, ''a''); INSERT INTO agent.test_deferred VALUES (1, ''b''); UPDATE agent.test_deferred SET id = 2 WHERE note = ''b''"}',
        'd2')::text),
    'ok', 'what is mended before the end is not');

-- The lease.
SELECT is(pg_temp.verdict(pg_temp.call('test_note', '{}', 'l1', token => 2)::text), 'RP001', 'another token is refused');
SELECT is(pg_temp.verdict(pg_temp.call('test_note', '{}', 'l2', token => NULL)::text), 'ok', 'no token from the backend that claimed is fine');
UPDATE agent.task_events SET claimed_by_pid = 1 WHERE event_id = (SELECT id FROM task);
SELECT is(pg_temp.verdict(pg_temp.call('test_note', '{}', 'l3', token => NULL)::text), 'RP001', 'from any other it is not');
SELECT is(
    pg_temp.verdict(pg_temp.call('record_customer_payment', '{"customer_id": 1, "amount": 1}', 'l4', who => 'finance_agent')::text), 'RP001',
    'another agent has no lease');
SELECT is((SELECT count(*) FROM agent.tool_calls WHERE step IN ('l1', 'l3', 'l4')), 0::bigint, 'and takes no step');
SELECT throws_ok(
    $$SELECT pg_temp.call('test_note', '{}', who => 'erp_operator')$$, '42501', NULL, 'a person calls no tool');
SELECT throws_ok($$SELECT agent.call_tool(1, 'test_note', '{}')$$, 'RP501', NULL, 'nor does a login that is no agent');
UPDATE agent.agents SET operational_status = 'suspended' WHERE role_name = 'sales_agent';
SELECT is(pg_temp.verdict(pg_temp.call('test_note', '{}', 's1')::text), 'RP502', 'a suspended agent''s call is refused');
SELECT is(pg_temp.verdict(pg_temp.call('test_note', '{}', 'one')::text), 'RP502', 'even a repeated one');
UPDATE agent.agents SET operational_status = 'active' WHERE role_name = 'sales_agent';
SELECT is(pg_temp.verdict(pg_temp.call('test_note', '{}', 's1')::text), 'ok', 'active again, the step is open');

-- A new attempt forgets refusals and keeps effects.
SELECT is(
    pg_temp.as_role('sales_agent', format('SELECT agent.fail_task(%s, 1, ''refused'')', (SELECT id FROM task))), 'failed', 'the attempt fails');
SELECT is(
    (SELECT failure_kind FROM agent.task_events WHERE event_id = (SELECT id FROM task)), 'technical', 'technically, for its last call worked');
SELECT is(
    pg_temp.as_role('erp_operator', format('SELECT agent.requeue(%s, ''again'')', (SELECT id FROM task))), 'true', 'a person requeues it');
SELECT is(pg_temp.as_role('sales_agent', 'SELECT lease_token FROM agent.claim_task()'), '3', 'it is claimed again');
SELECT is(pg_temp.verdict(pg_temp.call('test_note', '{}', 'zero', token => 3)::text), 'ok', 'a refused step may be done now');
SELECT is(
    pg_temp.call('test_note', '{"quantity": 1}', 'one', token => 3) #> '{result,context,attempt}', '1'::jsonb, 'a step that had its effect is answered from then');
SELECT throws_ok(
    $$UPDATE agent.authorization_logs SET was_authorized = true$$, 'RP509', NULL, 'the log is append-only, for its owner too');

SELECT * FROM finish();
ROLLBACK;
