CREATE OR REPLACE FUNCTION agent.task_intake()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    largest CONSTANT integer := 262144;
    moment CONSTANT timestamptz := erp.now();
    payload_size CONSTANT integer := octet_length(NEW.payload::text);
    route record;
    last_place timestamptz;
BEGIN
    IF payload_size > largest
        OR greatest(octet_length(NEW.event_type), octet_length(NEW.target_agent), octet_length(NEW.idempotency_key)) > 1024
    THEN
        RAISE EXCEPTION 'event is too large'
            USING ERRCODE = 'RP002',
                DETAIL = format('the payload has %s bytes as text', payload_size),
                HINT = format('keep the payload within %s bytes and each name within 1024', largest),
                SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;

    SELECT * INTO route FROM agent.route_task(NEW.event_type, NEW.target_agent, NEW.payload);
    NEW.target_agent := route.target_agent;
    NEW.subject_key := route.subject_key;
    NEW.priority := coalesce(NEW.priority, 5);
    NEW.run_at := coalesce(NEW.run_at, moment);
    NEW.sort_at := agent.task_place(NEW.run_at, NEW.priority);

    -- The life of a task begins here, whatever the client sent.
    NEW.status := 'pending';
    NEW.attempts := 0;
    NEW.lease_token := 0;
    NEW.lease_until := NULL;
    NEW.claimed_by_pid := NULL;
    NEW.claimed_at := NULL;
    NEW.failure_kind := NULL;
    NEW.error_message := NULL;
    NEW.result := NULL;
    NEW.created_by := session_user;
    NEW.created_at := clock_timestamp();
    NEW.processed_at := NULL;
    NEW.dismissed_at := NULL;
    NEW.dismissed_by := NULL;
    NEW.dismiss_reason := NULL;

    IF route.problem IS NOT NULL THEN
        NEW.status := 'failed';
        NEW.failure_kind := 'intake';
        NEW.error_message := route.problem;
        NEW.processed_at := NEW.created_at;
    ELSIF NEW.subject_key IS NOT NULL THEN
        -- Fairness: the n-th open task of one subject stands further back, so that a flood does not slow the others' claims.
        SELECT sort_at
        INTO last_place
        FROM agent.task_events
        WHERE subject_key = NEW.subject_key
        AND status IN ('pending', 'processing')
        AND run_at <= moment
        ORDER BY event_id DESC
        LIMIT 1;
        NEW.sort_at := greatest(NEW.sort_at, last_place + interval '2 seconds');
    END IF;
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION agent.task_intake() IS
'BEFORE INSERT on the queue: refuses what is too large, routes, names the subject, sets the place, and resets what only the queue decides. An event it does not understand is stored as failed.';
ALTER FUNCTION agent.task_intake() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION agent.task_intake() FROM PUBLIC;
