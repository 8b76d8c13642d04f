CREATE OR REPLACE FUNCTION erp.grant_period_exception(
    company_id bigint,
    fiscal_year integer,
    period_number integer,
    role_name name,
    reason text,
    expires_at timestamptz,
    area text DEFAULT NULL
)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_period_id bigint;
    v_period record;
    v_exception_id bigint;
BEGIN
    PERFORM erp.require_controller('grant an exception');
    v_period_id := erp.lock_period(company_id, fiscal_year, period_number);
    SELECT p.* INTO v_period FROM erp.fiscal_periods AS p WHERE p.period_id = v_period_id;
    IF v_period.status = 'closed' THEN
        RAISE EXCEPTION 'period %/% is closed for good and takes no exception', fiscal_year, period_number
            USING ERRCODE = 'RP244', DETAIL = jsonb_build_object('fiscal_year', fiscal_year, 'period_number', period_number)::text,
            HINT = 'post on the first open day, or reopen the period with erp.reopen_period';
    ELSIF role_name = session_user THEN
        RAISE EXCEPTION 'nobody grants an exception to oneself'
            USING ERRCODE = 'RP505', DETAIL = jsonb_build_object('role_name', role_name)::text, HINT = 'another controller grants it';
    END IF;
    INSERT INTO erp.period_exceptions (period_id, area, role_name, reason, expires_at)
    VALUES (v_period_id, area, role_name, reason, expires_at)
    RETURNING exception_id INTO v_exception_id;
    PERFORM erp.log_deed(
        'grant_period_exception', 'erp.period_exceptions', v_exception_id::text, reason,
        jsonb_build_object('role_name', role_name, 'area', area, 'expires_at', expires_at));
    RETURN v_exception_id;
END
$function$;
COMMENT ON FUNCTION erp.grant_period_exception(bigint, integer, integer, name, text, timestamptz, text) IS
'Lets another role post into a soft-closed period, or one area of it, until a moment within a week, with a reason that is logged; controllers only. RP244 for a period closed for good, RP505 for oneself.';
ALTER FUNCTION erp.grant_period_exception(bigint, integer, integer, name, text, timestamptz, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.grant_period_exception(bigint, integer, integer, name, text, timestamptz, text) FROM PUBLIC;
