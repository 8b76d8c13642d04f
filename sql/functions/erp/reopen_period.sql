CREATE OR REPLACE FUNCTION erp.reopen_period(
    company_id bigint,
    fiscal_year integer,
    period_number integer,
    reason text,
    area text DEFAULT NULL
)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_period_id bigint;
BEGIN
    PERFORM erp.require_controller('reopen a period');
    IF btrim(COALESCE(reason, '')) = '' THEN
        RAISE EXCEPTION 'a reason is needed'
            USING ERRCODE = 'RP511', DETAIL = 'reason is empty', HINT = 'say why the period is to be reopened';
    END IF;
    v_period_id := erp.lock_period(company_id, fiscal_year, period_number);
    UPDATE erp.fiscal_periods AS p
    SET status = CASE WHEN area IS NULL THEN 'open' ELSE p.status END,
        closed_areas = CASE WHEN area IS NULL THEN '{}' ELSE array_remove(p.closed_areas, area) END
    WHERE p.period_id = v_period_id;
    PERFORM erp.log_deed('reopen_period', 'erp.fiscal_periods', v_period_id::text, reason,
        jsonb_build_object('fiscal_year', fiscal_year, 'period_number', period_number, 'area', area));
END
$function$;
COMMENT ON FUNCTION erp.reopen_period(bigint, integer, integer, text, text) IS
'Opens a period, or one area of it, again, with a reason that is logged; controllers only. Not while its year is closed (RP245).';
ALTER FUNCTION erp.reopen_period(bigint, integer, integer, text, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.reopen_period(bigint, integer, integer, text, text) FROM PUBLIC;
