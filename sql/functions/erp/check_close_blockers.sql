CREATE OR REPLACE FUNCTION erp.check_close_blockers(p_period_id bigint, p_area text, p_accrue boolean)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_period record;
    v_count bigint;
    v_list jsonb;
BEGIN
    SELECT * INTO v_period FROM erp.fiscal_periods WHERE period_id = p_period_id;
    SELECT count(*), jsonb_agg(to_jsonb(b) - 'number') FILTER (WHERE b.number <= 20) INTO v_count, v_list
    FROM (
        SELECT x.*, row_number() OVER () AS number
        FROM erp.close_blockers(v_period.company_id, v_period.fiscal_year, v_period.period_number, p_area) AS x
        WHERE NOT (p_accrue AND x.is_accruable)
    ) AS b;
    IF v_count > 0 THEN
        RAISE EXCEPTION 'period %/% cannot close: % items are open', v_period.fiscal_year, v_period.period_number, v_count
            USING ERRCODE = 'RP242', DETAIL = jsonb_build_object('count', v_count, 'blockers', v_list)::text,
            HINT = format(
                'SELECT * FROM erp.close_blockers(%s, %s, %s); settle them, or close with accrue => true where all are accruable',
                v_period.company_id, v_period.fiscal_year, v_period.period_number);
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.check_close_blockers(bigint, text, boolean) IS
'Refuses to close a period, or an area of it, while something stands against it (RP242; DETAIL lists the first twenty). What can be accrued does not count when it is to be.';
ALTER FUNCTION erp.check_close_blockers(bigint, text, boolean) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.check_close_blockers(bigint, text, boolean) FROM PUBLIC;
