CREATE OR REPLACE FUNCTION agent.complete_task(task_id bigint, lease_token bigint, result jsonb)
RETURNS boolean
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    me record;
    task record;
BEGIN
    SELECT * INTO me FROM agent.session_agent();
    SELECT * INTO task FROM agent.lock_task(complete_task.task_id, complete_task.lease_token, me.role_name);
    IF task.is_mine IS NOT TRUE THEN
        RAISE EXCEPTION 'task % is not yours', complete_task.task_id
            USING ERRCODE = 'RP001',
                DETAIL = format('agent %s', me.role_name),
                HINT = 'complete only tasks that agent.claim_task gave to this agent';
    END IF;
    IF NOT task.is_held THEN
        -- The same completion again, because its answer was lost on the way, is no loss of the lease.
        RETURN task.status = 'completed' AND task.lease_token = complete_task.lease_token;
    END IF;
    UPDATE agent.task_events AS t
    SET status = 'completed',
        result = complete_task.result,
        error_message = NULL,
        lease_until = NULL,
        claimed_by_pid = NULL,
        processed_at = clock_timestamp()
    WHERE t.event_id = complete_task.task_id;
    IF task.subject_key IS NOT NULL THEN
        PERFORM agent.wake_subject(task.subject_key);
    END IF;
    RETURN true;
END
$function$;
COMMENT ON FUNCTION agent.complete_task(bigint, bigint, jsonb) IS
'Ends a task with its result; false when the lease is lost. Locks the task''s row; repeating it with the same token is harmless.';
ALTER FUNCTION agent.complete_task(bigint, bigint, jsonb) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.complete_task(bigint, bigint, jsonb) FROM PUBLIC;
