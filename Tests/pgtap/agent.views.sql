-- The public face of the queue and the agents: its columns, and who may look or write.
\ir _as_role.sql
BEGIN;
\ir _people.sql
SELECT plan(27);

SELECT is(
    (SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'public.erp_task_events'::regclass AND attnum > 0),
    ARRAY['event_id', 'event_type', 'target_agent', 'payload', 'status', 'priority', 'idempotency_key', 'run_at', 'error_message', 'result',
        'created_at', 'processed_at', 'subject_key', 'attempts', 'dismissed_at', 'dismissed_by', 'dismiss_reason'],
    'erp_task_events has the contract''s columns');
SELECT is(
    (
        SELECT string_agg(c.relname, ', ' ORDER BY c.relname)
        FROM pg_class AS c
        WHERE c.relnamespace = 'public'::regnamespace
        AND c.relname IN ('erp_task_events', 'erp_agents', 'erp_agent_skills', 'erp_mcp_tools', 'erp_agent_tool_assignments',
            'erp_agent_memory', 'erp_agent_message_history', 'erp_authorization_logs')
        AND NOT coalesce(c.reloptions @> '{security_invoker=true}', false)
    ),
    NULL, 'every view asks for the reader''s own rights');

-- People.
INSERT INTO erp_task_events (event_type, payload) VALUES ('NOT_KNOWN_AT_ALL', '{}');
SELECT is(
    pg_temp.as_role('erp_operator', 'SELECT next_command FROM erp.inbox WHERE waiting = ''failed task'' ORDER BY subject_id DESC LIMIT 1'),
    (
        SELECT format(
            'INSERT INTO erp_task_events (event_type, payload) SELECT ''RIGHT_TYPE'', payload FROM erp_task_events WHERE event_id = %s; '
            'SELECT agent.dismiss(%s, ''reason'')', max(event_id), max(event_id))
        FROM agent.task_events
    ), 'an event nobody understood is in the inbox with a way on');
UPDATE agent.task_events SET failure_kind = 'technical' WHERE event_id = (SELECT max(event_id) FROM agent.task_events);
SELECT is(
    pg_temp.as_role('erp_operator', 'SELECT next_command FROM erp.inbox WHERE waiting = ''failed task'' ORDER BY subject_id DESC LIMIT 1'),
    (SELECT format('SELECT agent.requeue(%s, ''reason'') /* or agent.dismiss(%s, ''reason'') */', max(event_id), max(event_id)) FROM agent.task_events),
    'so is any other failed task, to be tried again or dismissed');
SELECT ok(
    pg_temp.as_role('erp_operator', 'SELECT count(*) FROM erp.status() WHERE area IN (''queue'', ''workers'', ''inbox'', ''orders'', ''last refusals'')')::integer > 4,
    'status has every area');
SELECT ok(
    pg_temp.as_role('erp_operator', 'SELECT value FROM erp.status() WHERE area = ''last refusals'' LIMIT 1') LIKE 'RP003 unknown event type%',
    'the last refusal first');
SELECT lives_ok(
    $$SELECT pg_temp.as_role('erp_operator', 'UPDATE erp_agents SET operational_status = ''suspended'' WHERE role_name = ''sales_agent'' RETURNING 1')$$,
    'a person suspends an agent');
SELECT throws_ok(
    $$SELECT pg_temp.as_role('erp_operator', 'UPDATE erp_agents SET financial_authority_limit = 1e9')$$, '42501', NULL, 'but raises no limit');
SELECT throws_ok(
    $$SELECT pg_temp.as_role('erp_operator', 'UPDATE erp_agents SET database_role = ''erp_operator''')$$, '42501', NULL, 'and gives nobody another identity');
SELECT lives_ok(
    $$SELECT pg_temp.as_role('erp_operator', 'UPDATE erp_mcp_tools SET is_active = false WHERE tool_name = ''search_products'' RETURNING 1')$$,
    'a person switches a tool off');
SELECT throws_ok(
    $$SELECT pg_temp.as_role('erp_operator', 'UPDATE erp_mcp_tools SET target_endpoint = ''agent.tool_x''')$$, '42501', NULL, 'but changes no handler');
SELECT is(
    pg_temp.as_role('erp_operator', 'UPDATE erp_agent_skills SET domain_knowledge = ''ask early'' WHERE skill_name = ''high_value_invoice_approval_gate'' RETURNING version'),
    '2', 'a person changes the words of a procedure, and its version counts');
SELECT throws_ok(
    $$SELECT pg_temp.as_role('erp_operator', 'UPDATE erp_agent_skills SET parameters = ''{"threshold": 99999999}''')$$, '42501', NULL,
    'the operator sets no threshold');
SELECT throws_ok(
    $$SELECT pg_temp.as_role('erp_operator', 'INSERT INTO erp_agent_skills (agent_id, skill_name, domain_knowledge) VALUES (1, ''mine'', ''x'')')$$,
    '42501', NULL, 'nor adds a procedure');
SELECT throws_ok(
    $$SELECT pg_temp.as_role('erp_operator', 'UPDATE erp_agent_skills SET skill_name = ''other''')$$, '42501', NULL, 'nor renames one');
SELECT is(
    pg_temp.as_role('erp_controller', 'UPDATE erp_agent_skills SET parameters = ''{"threshold": 9000}'' WHERE skill_name = ''high_value_invoice_approval_gate'' RETURNING version'),
    '3', 'the controller does');
SELECT throws_ok(
    $$SELECT pg_temp.as_role('erp_operator', 'UPDATE agent.approvals SET status = ''approved''')$$, '42501', NULL, 'nobody decides by UPDATE');
SELECT throws_ok(
    $$SELECT pg_temp.as_role('erp_operator', 'INSERT INTO erp_authorization_logs (action_type, was_authorized) VALUES (''x'', true)')$$,
    '42501', NULL, 'nor writes the log');

-- Agents read the catalogue and nothing else of the queue.
SELECT is(pg_temp.as_role('sales_agent', 'SELECT count(*) FROM erp_mcp_tools WHERE tool_name = ''submit_sales_order'''), '1', 'an agent reads the tools');
SELECT throws_ok($$SELECT pg_temp.as_role('sales_agent', 'SELECT count(*) FROM erp_task_events')$$, '42501', NULL, 'not the queue');
SELECT throws_ok($$SELECT pg_temp.as_role('sales_agent', 'SELECT count(*) FROM agent.tool_calls')$$, '42501', NULL, 'nor the calls');
SELECT throws_ok($$SELECT pg_temp.as_role('sales_agent', 'SELECT count(*) FROM erp_authorization_logs')$$, '42501', NULL, 'nor the log');
SELECT throws_ok($$SELECT pg_temp.as_role('sales_agent', 'SELECT count(*) FROM agent.approvals')$$, '42501', NULL, 'nor approvals');
SELECT throws_ok($$SELECT pg_temp.as_role('sales_agent', 'SELECT count(*) FROM erp_agent_memory')$$, '42501', NULL, 'nor memories');
SELECT throws_ok($$SELECT pg_temp.as_role('sales_agent', 'SELECT * FROM erp.status()')$$, '42501', NULL, 'nor the state of things');
SELECT throws_ok($$SELECT pg_temp.as_role('sales_agent', 'UPDATE erp_agents SET financial_authority_limit = 1e9')$$, '42501', NULL, 'and writes nothing');
SELECT throws_ok(
    $$SELECT pg_temp.as_role('sales_agent', 'SELECT agent.tool_search_products(''{"query": "a"}'', ''{}'')')$$, '42501', NULL,
    'handlers answer to the dispatcher only');

SELECT * FROM finish();
ROLLBACK;
