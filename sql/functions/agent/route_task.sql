CREATE OR REPLACE FUNCTION agent.route_task(
    p_event_type text,
    p_target_agent text,
    p_payload jsonb,
    OUT target_agent text,
    OUT subject_key text,
    OUT problem text
)
RETURNS record
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    SELECT
        coalesce(p_target_agent, t.target_agent),
        -- Only a whole number names a subject; anything else is for the tool to refuse.
        CASE
            WHEN p_payload ->> t.subject_path ~ '^[1-9][0-9]{0,17}$'
                THEN left(t.subject_path, -3) || ':' || (p_payload ->> t.subject_path)
        END,
        CASE
            WHEN t.event_type IS NULL
                THEN format('RP003: unknown event type "%s"; agent.event_types lists the known ones', left(p_event_type, 100))
            WHEN p_target_agent IS NOT NULL
                AND NOT EXISTS (SELECT FROM agent.agents AS a WHERE a.role_name = p_target_agent)
                THEN format('RP003: unknown target agent "%s"; leave it out to route by event type', left(p_target_agent, 100))
        END
    INTO route_task.target_agent, route_task.subject_key, route_task.problem
    FROM (VALUES (p_event_type)) AS e (event_type)
    LEFT JOIN agent.event_types AS t ON t.event_type = e.event_type;
END
$function$;
COMMENT ON FUNCTION agent.route_task(text, text, jsonb) IS
'Who handles an event and which subject it is about; problem tells why it cannot be handled.';
ALTER FUNCTION agent.route_task(text, text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION agent.route_task(text, text, jsonb) FROM PUBLIC;
