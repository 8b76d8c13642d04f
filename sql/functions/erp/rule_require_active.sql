CREATE OR REPLACE FUNCTION erp.rule_require_active()
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    status CONSTANT text := coalesce(erp.actor() ->> 'operational_status', 'active');
BEGIN
    IF status <> 'active' THEN
        RAISE EXCEPTION '% may not change rules', session_user
            USING ERRCODE = '42501',
            DETAIL = jsonb_build_object('role', session_user, 'operational_status', status)::text,
            HINT = 'ask a person who is active';
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.rule_require_active() IS
'Refuses (42501) an agent or person who is not active; the owner, who is neither, passes.';
ALTER FUNCTION erp.rule_require_active() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_require_active() FROM PUBLIC;
