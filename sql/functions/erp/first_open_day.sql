CREATE OR REPLACE FUNCTION erp.first_open_day(p_company_id bigint, p_on date, p_area text)
RETURNS date
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_period record;
BEGIN
    SELECT * INTO v_period
    FROM erp.fiscal_periods AS p
    WHERE p.company_id = p_company_id
    AND p_on BETWEEN p.starts_on AND p.ends_on;
    -- A day without any period is refused where it is posted, not moved over years.
    IF NOT FOUND OR erp.period_takes(v_period.period_id, v_period.status, v_period.closed_areas, p_area) THEN
        RETURN p_on;
    END IF;
    RETURN COALESCE((
        SELECT min(p.starts_on)
        FROM erp.fiscal_periods AS p
        WHERE p.company_id = p_company_id
        AND p.starts_on > p_on
        AND erp.period_takes(p.period_id, p.status, p.closed_areas, p_area)), p_on);
END
$function$;
COMMENT ON FUNCTION erp.first_open_day(bigint, date, text) IS
'The day on which something of an area that happened on a day is posted: the day itself, or where its period is closed the first day of the next one that is not.';
ALTER FUNCTION erp.first_open_day(bigint, date, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.first_open_day(bigint, date, text) FROM PUBLIC;
