CREATE OR REPLACE FUNCTION agent.requeue(task_id bigint, reason text)
RETURNS boolean
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    task record;
    route record;
BEGIN
    PERFORM agent.require_person('requeue a task');
    IF btrim(coalesce(reason, '')) = '' THEN
        RAISE EXCEPTION 'a reason is needed'
            USING ERRCODE = 'RP511', DETAIL = 'reason is empty', HINT = 'say why the task should be tried again';
    END IF;
    SELECT t.status, t.event_type, t.target_agent, t.payload, t.priority
    INTO task
    FROM agent.task_events AS t
    WHERE t.event_id = requeue.task_id
    FOR UPDATE;
    IF task.status IS DISTINCT FROM 'failed' THEN
        RETURN false;
    END IF;
    SELECT * INTO route FROM agent.route_task(task.event_type, task.target_agent, task.payload);
    IF route.problem IS NOT NULL THEN
        RAISE EXCEPTION 'the event still cannot be handled'
            USING ERRCODE = 'RP003', DETAIL = route.problem, HINT = 'insert a corrected event instead';
    END IF;
    UPDATE agent.task_events AS t
    SET status = 'pending',
        target_agent = route.target_agent,
        subject_key = route.subject_key,
        attempts = 0,
        lease_token = t.lease_token + 1,
        failure_kind = NULL,
        run_at = erp.now(),
        sort_at = agent.task_place(erp.now(), t.priority),
        processed_at = NULL,
        dismissed_at = NULL,
        dismissed_by = NULL,
        dismiss_reason = NULL
    WHERE t.event_id = requeue.task_id;
    PERFORM agent.forget_refusals(requeue.task_id);
    INSERT INTO agent.authorization_logs (action_type, target_table, record_id, was_authorized, reason, task_id)
    VALUES ('requeue_task', 'agent.task_events', requeue.task_id, true, reason, requeue.task_id);
    PERFORM pg_notify('erp_task_' || route.target_agent, '');
    RETURN true;
END
$function$;
COMMENT ON FUNCTION agent.requeue(bigint, text) IS
'A person gives a failed task a new start: attempts from zero, refused steps forgotten, steps that had their effect kept. False when the task is not failed. Locks the task''s row.';
ALTER FUNCTION agent.requeue(bigint, text) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.requeue(bigint, text) FROM PUBLIC;
