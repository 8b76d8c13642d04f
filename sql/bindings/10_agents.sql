-- Queue and agent API: triggers and public views; 60_grants.sql says who may use them.
CREATE OR REPLACE TRIGGER _100_intake BEFORE INSERT ON agent.task_events
FOR EACH ROW EXECUTE FUNCTION agent.task_intake();
CREATE OR REPLACE TRIGGER _600_refused AFTER INSERT ON agent.task_events
FOR EACH ROW WHEN (NEW.status = 'failed') EXECUTE FUNCTION agent.task_refused();
CREATE OR REPLACE TRIGGER _900_notify AFTER INSERT ON agent.task_events
REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION agent.task_notify();
CREATE OR REPLACE TRIGGER _100_touch BEFORE UPDATE ON agent.agents
FOR EACH ROW EXECUTE FUNCTION agent.touch();
CREATE OR REPLACE TRIGGER _100_changed BEFORE UPDATE ON agent.agent_skills
FOR EACH ROW WHEN (
    (OLD.domain_knowledge, OLD.activation_condition, OLD.parameters)
    IS DISTINCT FROM (NEW.domain_knowledge, NEW.activation_condition, NEW.parameters)
) EXECUTE FUNCTION agent.skill_changed();
CREATE OR REPLACE TRIGGER _200_approval_state BEFORE INSERT OR UPDATE OR DELETE ON agent.approvals
FOR EACH ROW EXECUTE FUNCTION agent.approval_state();
CREATE OR REPLACE TRIGGER _100_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON agent.authorization_logs
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP509');
CREATE OR REPLACE TRIGGER _100_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON agent.session_events
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP509');
ALTER TABLE agent.authorization_logs ENABLE ALWAYS TRIGGER _100_append_only;
ALTER TABLE agent.session_events ENABLE ALWAYS TRIGGER _100_append_only;

-- The public face. Column names are the contract: add, never rename.
CREATE OR REPLACE VIEW public.erp_task_events WITH (security_invoker = true) AS
SELECT
    event_id, event_type, target_agent, payload, status, priority, idempotency_key, run_at, error_message, result,
    created_at, processed_at, subject_key, attempts, dismissed_at, dismissed_by, dismiss_reason
FROM agent.task_events;
CREATE OR REPLACE VIEW public.erp_agents WITH (security_invoker = true) AS
SELECT
    agent_id, role_name, display_name, avatar_emoji, system_prompt, operational_status, financial_authority_limit,
    database_role, created_at, updated_at
FROM agent.agents;
CREATE OR REPLACE VIEW public.erp_agent_skills WITH (security_invoker = true) AS
SELECT
    skill_id, agent_id, skill_name, domain_knowledge, activation_condition, created_at, parameters, version, updated_at
FROM agent.agent_skills;
CREATE OR REPLACE VIEW public.erp_mcp_tools WITH (security_invoker = true) AS
SELECT
    tool_id, tool_name, semantic_description, input_schema, execution_handler, target_endpoint, is_active, created_at,
    refusal_code, refusal_reason, is_read_only, is_idempotent, is_destructive
FROM agent.tools;
CREATE OR REPLACE VIEW public.erp_agent_tool_assignments WITH (security_invoker = true) AS
SELECT agent_id, tool_id
FROM agent.tool_assignments;
CREATE OR REPLACE VIEW public.erp_agent_memory WITH (security_invoker = true) AS
SELECT memory_id, agent_id, memory_type, content, embedding, importance_score, contextual_metadata, created_at
FROM agent.agent_memory;
CREATE OR REPLACE VIEW public.erp_agent_message_history WITH (security_invoker = true) AS
SELECT message_id, agent_id, session_id, role, content, token_count, created_at
FROM agent.agent_message_history;
CREATE OR REPLACE VIEW public.erp_authorization_logs WITH (security_invoker = true) AS
SELECT
    log_id, agent_id, action_type, target_table, record_id, was_authorized, constraint_violated, financial_amount,
    reason, created_at, actor, sqlstate, detail, task_id, step, args_hash, sop_versions
FROM agent.authorization_logs;

CREATE OR REPLACE VIEW erp.inbox WITH (security_invoker = true) AS
SELECT
    a.approval_id AS item,
    'approval' AS waiting,
    a.subject_type,
    a.subject_id,
    a.summary,
    a.amount,
    a.currency_code,
    a.requested_by::text AS from_whom,
    a.created_at AS since,
    format('SELECT erp.approve(%s, %L)', a.approval_id, 'reason') AS next_command
FROM agent.approvals AS a
WHERE a.status = 'pending'
UNION ALL
SELECT
    NULL,
    'held order',
    'sales_order',
    o.sales_order_id,
    concat_ws(' ', o.hold_reason_code, o.hold_reason),
    o.total_invoice_value,
    o.currency_code,
    NULL,
    o.held_at,
    format('SELECT * FROM erp.why(%L, %s)', 'sales_order', o.sales_order_id)
FROM erp.sales_orders AS o
WHERE o.hold_reason_code IS NOT NULL
UNION ALL
SELECT
    NULL,
    'failed task',
    'task',
    t.event_id,
    concat_ws(' ', t.event_type, t.error_message),
    NULL,
    NULL,
    coalesce(t.target_agent, t.created_by),
    t.processed_at,
    CASE t.failure_kind
        WHEN 'intake' THEN format(
            'INSERT INTO erp_task_events (event_type, payload) SELECT %1$L, payload FROM erp_task_events WHERE event_id = %2$s; '
            'SELECT agent.dismiss(%2$s, %3$L)',
            'RIGHT_TYPE', t.event_id, 'reason')
        ELSE format('SELECT agent.requeue(%1$s, %2$L) /* or agent.dismiss(%1$s, %2$L) */', t.event_id, 'reason')
    END
FROM agent.task_events AS t
WHERE t.status = 'failed'
AND t.dismissed_at IS NULL;

ALTER VIEW public.erp_task_events OWNER TO erp_owner;
ALTER VIEW public.erp_agents OWNER TO erp_owner;
ALTER VIEW public.erp_agent_skills OWNER TO erp_owner;
ALTER VIEW public.erp_mcp_tools OWNER TO erp_owner;
ALTER VIEW public.erp_agent_tool_assignments OWNER TO erp_owner;
ALTER VIEW public.erp_agent_memory OWNER TO erp_owner;
ALTER VIEW public.erp_agent_message_history OWNER TO erp_owner;
ALTER VIEW public.erp_authorization_logs OWNER TO erp_owner;
ALTER VIEW erp.inbox OWNER TO erp_owner;
COMMENT ON VIEW public.erp_task_events IS
'The queue: insert an event (event_type and payload suffice), read its status, result or error_message.';
COMMENT ON VIEW public.erp_agents IS 'The agents.';
COMMENT ON VIEW public.erp_agent_skills IS 'Procedures of the agents, text and parameters.';
COMMENT ON VIEW public.erp_mcp_tools IS 'The tool catalogue.';
COMMENT ON VIEW public.erp_agent_tool_assignments IS 'Which agent may call which tool.';
COMMENT ON VIEW public.erp_agent_memory IS 'What agents remember.';
COMMENT ON VIEW public.erp_agent_message_history IS 'What was said in conversations.';
COMMENT ON VIEW public.erp_authorization_logs IS 'What was allowed or refused, to whom, and why.';
COMMENT ON VIEW erp.inbox IS
'All that waits for a person: approvals (item is what erp.approve and erp.reject take), held orders, failed tasks until requeued or dismissed; next_command is a way on.';
