CREATE OR REPLACE FUNCTION agent.require_person(p_deed text)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    person CONSTANT jsonb := erp.actor();
BEGIN
    IF person ->> 'kind' IS DISTINCT FROM 'person' OR person ->> 'operational_status' IS DISTINCT FROM 'active' THEN
        RAISE EXCEPTION 'only a person may %', p_deed
            USING ERRCODE = 'RP512',
                DETAIL = format('session user %s is %s', session_user, coalesce(person ->> 'kind', 'neither agent nor person')),
                HINT = 'connect as the database role of an active person in erp.people';
    END IF;
    RETURN person;
END
$function$;
COMMENT ON FUNCTION agent.require_person(text) IS 'The acting person as erp.actor() tells; RP512 for agents and everybody else.';
ALTER FUNCTION agent.require_person(text) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.require_person(text) FROM PUBLIC;
