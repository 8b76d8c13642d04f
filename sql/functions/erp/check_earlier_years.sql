CREATE OR REPLACE FUNCTION erp.check_earlier_years(p_company_id bigint, p_starts_on date)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_open jsonb;
BEGIN
    SELECT jsonb_object_agg(b.account_code, b.balance) INTO v_open
    FROM erp.result_accounts(p_company_id, p_starts_on - 1) AS b;
    IF v_open IS NULL THEN
        SELECT jsonb_object_agg(p.fiscal_year || '/' || p.period_number, p.status) INTO v_open
        FROM erp.fiscal_periods AS p
        WHERE p.company_id = p_company_id
        AND p.starts_on < p_starts_on
        AND p.status <> 'closed';
    END IF;
    IF v_open IS NOT NULL THEN
        RAISE EXCEPTION 'an earlier year is not closed'
            USING ERRCODE = 'RP244', DETAIL = jsonb_build_object('before', p_starts_on, 'balances', v_open)::text,
            HINT = 'years close in order: erp.close_fiscal_year(company, the earlier year)';
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.check_earlier_years(bigint, date) IS
'Refuses while revenue or expense of before a day is not carried to retained earnings, or a period of before it takes postings (RP244).';
ALTER FUNCTION erp.check_earlier_years(bigint, date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.check_earlier_years(bigint, date) FROM PUBLIC;
