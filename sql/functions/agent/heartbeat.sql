CREATE OR REPLACE FUNCTION agent.heartbeat(task_id bigint, lease_token bigint, lease interval DEFAULT '30 seconds')
RETURNS boolean
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    me record;
BEGIN
    SELECT * INTO me FROM agent.session_agent();
    IF lease IS NULL OR lease <= interval '0' OR lease > interval '1 day' THEN
        RAISE EXCEPTION 'lease is out of range'
            USING ERRCODE = '22023',
                DETAIL = format('lease %s', coalesce(lease::text, 'null')),
                HINT = 'lease is more than 0 and at most 1 day';
    END IF;
    UPDATE agent.task_events AS t
    SET lease_until = clock_timestamp() + lease
    WHERE t.event_id = heartbeat.task_id
    AND t.target_agent = me.role_name
    AND t.status = 'processing'
    AND t.lease_until >= clock_timestamp()
    AND (t.lease_token = heartbeat.lease_token OR (heartbeat.lease_token IS NULL AND t.claimed_by_pid = pg_backend_pid()));
    RETURN FOUND;
END
$function$;
COMMENT ON FUNCTION agent.heartbeat(bigint, bigint, interval) IS
'Extends the lease from now on; false when it is lost, and the worker must then stop working on the task.';
ALTER FUNCTION agent.heartbeat(bigint, bigint, interval) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.heartbeat(bigint, bigint, interval) FROM PUBLIC;
