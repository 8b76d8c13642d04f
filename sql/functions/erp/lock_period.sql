CREATE OR REPLACE FUNCTION erp.lock_period(p_company_id bigint, p_fiscal_year integer, p_period_number integer)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_period_id bigint;
BEGIN
    SELECT period_id INTO v_period_id
    FROM erp.fiscal_periods
    WHERE company_id = p_company_id
    AND fiscal_year = p_fiscal_year
    AND period_number = p_period_number
    FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no period %/% of company %', p_fiscal_year, p_period_number, p_company_id
            USING ERRCODE = 'RP204',
            DETAIL = jsonb_build_object('company_id', p_company_id, 'fiscal_year', p_fiscal_year, 'period_number', p_period_number)::text,
            HINT = 'SELECT fiscal_year, period_number, status FROM erp_fiscal_periods';
    END IF;
    RETURN v_period_id;
END
$function$;
COMMENT ON FUNCTION erp.lock_period(bigint, integer, integer) IS
'The id of a company''s period, locked against postings and other closings (RP204 when there is none).';
ALTER FUNCTION erp.lock_period(bigint, integer, integer) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.lock_period(bigint, integer, integer) FROM PUBLIC;
