CREATE OR REPLACE FUNCTION erp.require_open_period(p_company_id bigint, p_on date, p_area text)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_period record;
BEGIN
    SELECT * INTO v_period
    FROM erp.fiscal_periods
    WHERE company_id = p_company_id
    AND p_on BETWEEN starts_on AND ends_on
    FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no fiscal period contains %', p_on
            USING ERRCODE = 'RP204',
            DETAIL = jsonb_build_object('posted_on', p_on, 'company_id', p_company_id)::text,
            HINT = 'create the year with erp.ensure_fiscal_year(company, year), or correct the date';
    ELSIF NOT erp.period_takes(v_period.period_id, v_period.status, v_period.closed_areas, p_area) THEN
        RAISE EXCEPTION 'fiscal period %/% is %', v_period.fiscal_year, v_period.period_number,
            CASE v_period.status WHEN 'open' THEN 'closed for ' || p_area ELSE v_period.status END
            USING ERRCODE = 'RP205',
            DETAIL = jsonb_build_object('posted_on', p_on, 'status', v_period.status, 'area', p_area)::text,
            HINT = 'post on the first open day; the document keeps its own delivery date';
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.require_open_period(bigint, date, text) IS
'Refuses a posting date without a period (RP204) or in one that is closed for the area (RP205). Share-locks the period, so that it cannot close meanwhile.';
ALTER FUNCTION erp.require_open_period(bigint, date, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.require_open_period(bigint, date, text) FROM PUBLIC;
