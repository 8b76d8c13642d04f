CREATE OR REPLACE FUNCTION agent.reap_expired_leases()
RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    reaped integer;
BEGIN
    WITH lost AS MATERIALIZED (
        -- A row that is locked is being worked on in this moment: its lease is judged by that transaction.
        SELECT event_id
        FROM agent.task_events
        WHERE status = 'processing'
        AND lease_until < clock_timestamp()
        FOR UPDATE SKIP LOCKED
    ),
    ended AS (
        UPDATE agent.task_events AS t
        SET status = CASE WHEN t.attempts < t.max_attempts THEN 'pending' ELSE 'failed' END,
            failure_kind = CASE WHEN t.attempts < t.max_attempts THEN NULL ELSE 'lease_lost' END,
            error_message = format('lease lost %s times', t.attempts),
            lease_until = NULL,
            claimed_by_pid = NULL,
            processed_at = CASE WHEN t.attempts < t.max_attempts THEN NULL ELSE clock_timestamp() END
        FROM lost
        WHERE t.event_id = lost.event_id
        RETURNING t.target_agent, t.subject_key, t.status
    ),
    woken AS (
        SELECT pg_notify('erp_task_' || target_agent, '')
        FROM ended
        GROUP BY target_agent
    )
    SELECT (SELECT count(*) FROM ended) + 0 * (SELECT count(*) FROM woken)
    INTO reaped;
    RETURN reaped;
END
$function$;
COMMENT ON FUNCTION agent.reap_expired_leases() IS
'Gives tasks whose lease has run out back to the queue, or fails them after max_attempts; returns how many. The old holder''s token stays valid for nobody.';
ALTER FUNCTION agent.reap_expired_leases() OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.reap_expired_leases() FROM PUBLIC;
