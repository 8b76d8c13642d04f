-- One tool call, one transaction: whose lease, which tool, do the arguments fit, then the handler in ONE subtransaction.
-- A refusal rolls the handler back; its record and the authorization log stay. Everything commits with the caller.
CREATE OR REPLACE FUNCTION agent.call_tool(
    task_id bigint,
    tool text,
    args jsonb,
    lease_token bigint DEFAULT NULL,
    step text DEFAULT NULL
)
RETURNS jsonb
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_variable
DECLARE
    me record;
    task record;
    earlier record;
    tool_endpoint text;
    tool_table text;
    tool_record_path text;
    -- What refused the call; a NULL code means it had its effect.
    refused_code text;
    refused_message text;
    refused_detail text;
    refused_hint text;
    refused_constraint text;
    refused_table text;
    refused_facts jsonb;
    is_step_kept boolean := true;
    started CONSTANT timestamptz := clock_timestamp();
    arguments jsonb := coalesce(args, '{}');
    arguments_hash CONSTANT bytea := sha256(convert_to(coalesce(args, '{}')::text, 'UTF8'));
    step_name CONSTANT text := coalesce(nullif(left(step, 200), ''), '#' || gen_random_uuid());
    outcome jsonb;
    answer jsonb;
BEGIN
    SELECT * INTO me FROM agent.session_agent();
    SELECT * INTO task FROM agent.lock_task(task_id, lease_token, me.role_name);

    IF task.is_held IS NOT TRUE THEN
        refused_code := 'RP001';
        refused_message := format('the lease of task %s is lost or not yours', task_id);
        refused_hint := 'stop working on this task; its next holder goes on from the stored steps';
        is_step_kept := false;
    ELSIF me.operational_status <> 'active' THEN
        refused_code := 'RP502';
        refused_message := format('agent %s is %s', me.role_name, me.operational_status);
        refused_hint := 'stop; a person decides when this agent works again';
        is_step_kept := false;
    ELSE
        SELECT c.tool_name, c.args_hash, c.result
        INTO earlier
        FROM agent.tool_calls AS c
        WHERE c.task_id = call_tool.task_id
        AND c.step = step_name
        AND c.forgotten_at IS NULL;
        IF FOUND AND earlier.tool_name = tool AND earlier.args_hash = arguments_hash THEN
            RETURN earlier.result;
        ELSIF FOUND THEN
            refused_code := 'RP011';
            refused_message := format(
                'step %s of task %s was a call of %s%s', step_name, task_id, earlier.tool_name,
                CASE WHEN earlier.tool_name = tool THEN ' with other arguments' ELSE '' END);
            refused_hint := 'give every call of a task its own step';
            is_step_kept := false;
        ELSE
            SELECT a.target_endpoint, a.target_table, a.record_path, a.sqlstate, a.message, a.detail, a.hint
            INTO tool_endpoint, tool_table, tool_record_path, refused_code, refused_message, refused_facts, refused_hint
            FROM agent.admit_call(me.agent_id, tool, arguments) AS a;
        END IF;
    END IF;

    IF refused_code IS NULL THEN
        BEGIN
            -- Deferred so that a handler may write header and lines in any order; IMMEDIATE at the end so that the
            -- balance of the books is judged in here and not at COMMIT, where no refusal could be written.
            SET CONSTRAINTS ALL DEFERRED;
            -- Dynamic because the handler is data; agent.tools allows only the form agent.tool_<name>.
            EXECUTE format('SELECT agent.%I($1, $2)', split_part(tool_endpoint, '.', 2))
            INTO outcome
            USING arguments, jsonb_build_object(
                'task_id', task_id,
                'event_type', task.event_type,
                'agent_id', me.agent_id,
                'agent_role', me.role_name,
                'step', step_name,
                'attempt', task.attempts,
                'idempotency_key', format('task:%s:%s', task_id, step_name));
            SET CONSTRAINTS ALL IMMEDIATE;
        EXCEPTION
            -- The only WHEN OTHERS of the system: a no of the business is an answer, everything else is an error.
            WHEN OTHERS THEN
                GET STACKED DIAGNOSTICS
                    refused_code = RETURNED_SQLSTATE,
                    refused_message = MESSAGE_TEXT,
                    refused_detail = PG_EXCEPTION_DETAIL,
                    refused_hint = PG_EXCEPTION_HINT,
                    refused_constraint = CONSTRAINT_NAME,
                    refused_table = TABLE_NAME;
                IF refused_code !~ '^(RP|22|23)' AND refused_code <> '42501' THEN
                    RAISE;
                END IF;
                refused_facts := agent.json_or_text(nullif(refused_detail, ''));
        END;
    END IF;

    answer := CASE
        WHEN refused_code IS NULL THEN jsonb_build_object('ok', true, 'result', outcome)
        ELSE jsonb_build_object(
            'ok', false,
            'sqlstate', refused_code,
            'message', refused_message,
            'detail', refused_facts,
            'hint', nullif(refused_hint, ''),
            'constraint', nullif(refused_constraint, ''))
    END;
    IF is_step_kept THEN
        INSERT INTO agent.tool_calls (
            task_id, step, attempt, lease_token, agent_id, tool_name, args, args_hash, result, ok, sqlstate, started_at
        )
        VALUES (
            task_id, step_name, task.attempts, task.lease_token, me.agent_id, left(coalesce(tool, ''), 100),
            CASE refused_code
                WHEN 'RP002' THEN jsonb_build_object('omitted_bytes', octet_length(arguments::text))
                ELSE arguments
            END,
            arguments_hash, answer, refused_code IS NULL, refused_code, started
        );
    END IF;
    INSERT INTO agent.authorization_logs (
        agent_id, action_type, target_table, record_id, was_authorized, constraint_violated, sqlstate,
        financial_amount, reason, detail, task_id, step, args_hash, sop_versions
    )
    VALUES (
        me.agent_id, left(coalesce(tool, ''), 100), coalesce(nullif(refused_table, ''), tool_table),
        coalesce(outcome ->> tool_record_path, arguments ->> tool_record_path),
        refused_code IS NULL, coalesce(nullif(refused_constraint, ''), refused_facts ->> 'rule'), refused_code,
        coalesce(agent.amount_in(outcome), agent.amount_in(refused_facts), agent.amount_in(arguments)),
        refused_message, refused_facts, task_id, step_name, arguments_hash,
        (SELECT jsonb_object_agg(s.skill_name, s.version) FROM agent.agent_skills AS s WHERE s.agent_id = me.agent_id)
    );
    RETURN answer;
END
$function$;
COMMENT ON FUNCTION agent.call_tool(bigint, text, jsonb, bigint, text) IS
'Calls a tool for a leased task: {"ok":true,"result":..} or {"ok":false,"sqlstate","message","detail","hint"}. A step repeated with the same arguments returns the stored answer (RP011 with others). Without a token only the backend that claimed is believed. Locks the task''s row first.';
ALTER FUNCTION agent.call_tool(bigint, text, jsonb, bigint, text) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.call_tool(bigint, text, jsonb, bigint, text) FROM PUBLIC;
