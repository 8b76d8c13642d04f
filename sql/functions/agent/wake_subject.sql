CREATE OR REPLACE FUNCTION agent.wake_subject(p_subject_key text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    -- The next task of the subject could not be claimed when its insertion was announced.
    PERFORM pg_notify('erp_task_' || next_task.target_agent, '')
    FROM (
        SELECT target_agent
        FROM agent.task_events
        WHERE subject_key = p_subject_key
        AND status = 'pending'
        ORDER BY event_id
        LIMIT 1
    ) AS next_task;
END
$function$;
COMMENT ON FUNCTION agent.wake_subject(text) IS 'Wakes the agent of the next pending task of a subject that has just become free.';
ALTER FUNCTION agent.wake_subject(text) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.wake_subject(text) FROM PUBLIC;
