CREATE OR REPLACE FUNCTION agent.task_refused()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    INSERT INTO agent.authorization_logs (
        action_type, target_table, record_id, was_authorized, sqlstate, reason, detail, task_id
    )
    VALUES (
        'insert_event', 'agent.task_events', NEW.event_id, false, left(NEW.error_message, 5), substr(NEW.error_message, 8),
        jsonb_build_object('event_type', left(NEW.event_type, 200), 'target_agent', left(NEW.target_agent, 200)), NEW.event_id
    );
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION agent.task_refused() IS 'AFTER INSERT of an event that intake could not understand: logs the refusal with its code.';
ALTER FUNCTION agent.task_refused() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION agent.task_refused() FROM PUBLIC;
