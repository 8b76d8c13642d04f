CREATE OR REPLACE FUNCTION erp.require_controller(p_deed text)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF NOT pg_has_role(session_user, 'erp_controller', 'MEMBER') THEN
        RAISE EXCEPTION 'only a controller may %', p_deed
            USING ERRCODE = '42501', DETAIL = jsonb_build_object('role', session_user)::text,
            HINT = 'connect as erp_controller, or as a member of that role';
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.require_controller(text) IS
'Refuses a deed that belongs to the controller to everybody else (42501).';
ALTER FUNCTION erp.require_controller(text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.require_controller(text) FROM PUBLIC;
