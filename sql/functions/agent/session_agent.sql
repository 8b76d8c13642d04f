CREATE OR REPLACE FUNCTION agent.session_agent(OUT agent_id bigint, OUT role_name text, OUT operational_status text)
RETURNS record
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    SELECT a.agent_id, a.role_name, a.operational_status
    INTO session_agent.agent_id, session_agent.role_name, session_agent.operational_status
    FROM agent.agents AS a
    WHERE a.database_role = session_user;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this login is not an agent'
            USING ERRCODE = 'RP501',
                DETAIL = format('session user is %s', session_user),
                HINT = 'connect as the database role of an agent; agent.agents lists them';
    END IF;
END
$function$;
COMMENT ON FUNCTION agent.session_agent() IS 'The agent whose database role is session_user; RP501 when there is none.';
ALTER FUNCTION agent.session_agent() OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.session_agent() FROM PUBLIC;
