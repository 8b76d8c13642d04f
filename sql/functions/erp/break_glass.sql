CREATE OR REPLACE FUNCTION erp.break_glass(
    reason text,
    duration interval DEFAULT '15 min'
)
RETURNS timestamptz
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    until timestamptz;
BEGIN
    IF NOT pg_has_role(session_user, 'erp_owner', 'MEMBER') THEN
        RAISE EXCEPTION 'only an owner of the ERP may break the glass'
            USING ERRCODE = '42501',
            DETAIL = format('session user %s is neither superuser nor member of erp_owner', session_user),
            HINT = 'propose the change with erp.propose_rule_change, or ask the owner';
    END IF;
    IF reason IS NULL OR length(btrim(reason)) < 10 OR duration IS NULL
        OR duration <= interval '0' OR duration > interval '4 hours' THEN
        RAISE EXCEPTION 'break-glass needs a reason and an end'
            USING ERRCODE = '22023',
            DETAIL = jsonb_build_object('reason', reason, 'duration', duration)::text,
            HINT = 'give at least 10 characters of reason and at most 4 hours';
    END IF;

    INSERT INTO erp.break_glass_grants AS g (role_name, reason, granted_at, expires_at)
    VALUES (session_user, break_glass.reason, clock_timestamp(), clock_timestamp() + duration)
    RETURNING g.expires_at INTO until;
    INSERT INTO agent.authorization_logs (action_type, target_table, was_authorized, reason, detail)
    VALUES ('break_glass', 'erp.break_glass_grants', true, break_glass.reason, jsonb_build_object('expires_at', until));
    RETURN until;
END
$function$;
COMMENT ON FUNCTION erp.break_glass(text, interval) IS
'Sets the rules aside for the session user, a superuser or member of erp_owner, for a reason and a time; logged. Returns when it ends.';
ALTER FUNCTION erp.break_glass(text, interval) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.break_glass(text, interval) FROM PUBLIC;
