CREATE OR REPLACE FUNCTION agent.dismiss(task_id bigint, reason text)
RETURNS boolean
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    PERFORM agent.require_person('dismiss a task');
    IF btrim(coalesce(reason, '')) = '' THEN
        RAISE EXCEPTION 'a reason is needed'
            USING ERRCODE = 'RP511', DETAIL = 'reason is empty', HINT = 'say why the task needs nothing more';
    END IF;
    UPDATE agent.task_events AS t
    SET dismissed_at = clock_timestamp(),
        dismissed_by = session_user,
        dismiss_reason = dismiss.reason
    WHERE t.event_id = dismiss.task_id
    AND t.status = 'failed'
    AND t.dismissed_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO agent.authorization_logs (action_type, target_table, record_id, was_authorized, reason, task_id)
    VALUES ('dismiss_task', 'agent.task_events', dismiss.task_id, true, dismiss.reason, dismiss.task_id);
    RETURN true;
END
$function$;
COMMENT ON FUNCTION agent.dismiss(bigint, text) IS
'A person says that a failed task needs nothing more: it leaves the inbox and stays failed; agent.requeue takes that back. False when the task is not failed or already dismissed. Locks the task''s row.';
ALTER FUNCTION agent.dismiss(bigint, text) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.dismiss(bigint, text) FROM PUBLIC;
