CREATE OR REPLACE FUNCTION agent.lock_task(p_task_id bigint, p_lease_token bigint, p_role_name text)
RETURNS TABLE (
    status text,
    event_type text,
    subject_key text,
    priority integer,
    attempts integer,
    max_attempts integer,
    lease_token bigint,
    is_mine boolean,
    is_held boolean
)
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN QUERY
    SELECT
        t.status,
        t.event_type,
        t.subject_key,
        t.priority,
        t.attempts,
        t.max_attempts,
        t.lease_token,
        t.target_agent = p_role_name,
        t.target_agent = p_role_name
        AND t.status = 'processing'
        AND t.lease_until >= clock_timestamp()
        -- Without a token only the backend that claimed is believed.
        AND CASE
            WHEN p_lease_token IS NULL THEN t.claimed_by_pid = pg_backend_pid()
            ELSE t.lease_token = p_lease_token
        END
    FROM agent.task_events AS t
    WHERE t.event_id = p_task_id
    FOR UPDATE;
END
$function$;
COMMENT ON FUNCTION agent.lock_task(bigint, bigint, text) IS
'Takes the task''s row lock and tells whether the task is the agent''s and the lease still held; no row when there is no such task.';
ALTER FUNCTION agent.lock_task(bigint, bigint, text) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.lock_task(bigint, bigint, text) FROM PUBLIC;
