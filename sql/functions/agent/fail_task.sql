CREATE OR REPLACE FUNCTION agent.fail_task(
    task_id bigint,
    lease_token bigint,
    error text,
    retry_after interval DEFAULT NULL
)
RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    me record;
    task record;
    is_untouched boolean;
    is_retried boolean;
    next_run timestamptz;
BEGIN
    SELECT * INTO me FROM agent.session_agent();
    SELECT * INTO task FROM agent.lock_task(fail_task.task_id, fail_task.lease_token, me.role_name);
    IF task.is_held IS NOT TRUE THEN
        -- The same failure again, because its answer was lost on the way, is no loss of the lease.
        IF task.is_mine AND task.status = 'failed' AND task.lease_token = fail_task.lease_token THEN
            RETURN task.status;
        END IF;
        RAISE EXCEPTION 'the lease of task % is lost or not yours', fail_task.task_id
            USING ERRCODE = 'RP001',
                DETAIL = format('agent %s, token %s', me.role_name, coalesce(fail_task.lease_token::text, 'null')),
                HINT = 'stop working on this task; its next holder goes on from the stored steps';
    END IF;

    -- A task given back at once before any tool was called was not tried: a worker that stops costs it nothing.
    is_untouched := retry_after <= interval '0' AND NOT EXISTS (
        SELECT
        FROM agent.tool_calls AS c
        WHERE c.task_id = fail_task.task_id
        AND c.lease_token = task.lease_token);
    is_retried := retry_after IS NOT NULL AND (is_untouched OR task.attempts < task.max_attempts);
    next_run := erp.now() + least(greatest(retry_after, interval '0'), interval '30 days');
    UPDATE agent.task_events AS t
    SET status = CASE WHEN is_retried THEN 'pending' ELSE 'failed' END,
        attempts = t.attempts - CASE WHEN is_untouched THEN 1 ELSE 0 END,
        error_message = left(coalesce(nullif(btrim(error), ''), 'no reason given'), 8000),
        failure_kind = CASE
            WHEN is_retried THEN NULL
            WHEN (
                SELECT NOT c.ok
                FROM agent.tool_calls AS c
                WHERE c.task_id = fail_task.task_id
                ORDER BY c.tool_call_id DESC
                LIMIT 1
            ) THEN 'refused'
            ELSE 'technical'
        END,
        run_at = CASE WHEN is_retried THEN next_run ELSE t.run_at END,
        sort_at = CASE WHEN is_retried THEN agent.task_place(next_run, t.priority) ELSE t.sort_at END,
        lease_until = NULL,
        claimed_by_pid = NULL,
        processed_at = CASE WHEN is_retried THEN NULL ELSE clock_timestamp() END
    WHERE t.event_id = fail_task.task_id;

    IF is_retried THEN
        PERFORM agent.forget_refusals(fail_task.task_id);
        RETURN 'pending';
    END IF;
    IF task.subject_key IS NOT NULL THEN
        PERFORM agent.wake_subject(task.subject_key);
    END IF;
    RETURN 'failed';
END
$function$;
COMMENT ON FUNCTION agent.fail_task(bigint, bigint, text, interval) IS
'Ends an attempt with an error: failed for good without retry_after or after max_attempts, else pending again after it. With a retry_after of zero it releases: an attempt without a tool call does not count. Returns the new status; RP001 when the lease is lost. Locks the task''s row.';
ALTER FUNCTION agent.fail_task(bigint, bigint, text, interval) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.fail_task(bigint, bigint, text, interval) FROM PUBLIC;
