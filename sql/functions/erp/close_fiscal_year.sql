CREATE OR REPLACE FUNCTION erp.close_fiscal_year(company_id bigint, fiscal_year integer)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_year record;
    v_entries jsonb;
    v_result numeric;
    v_transaction_id bigint;
BEGIN
    PERFORM erp.require_controller('close a fiscal year');
    PERFORM FROM erp.fiscal_periods AS p WHERE p.company_id = close_fiscal_year.company_id ORDER BY p.period_id FOR UPDATE;
    SELECT min(p.starts_on) AS starts_on, max(p.ends_on) AS ends_on, count(*) FILTER (WHERE p.status <> 'closed') AS open_periods INTO v_year
    FROM erp.fiscal_periods AS p
    WHERE p.company_id = close_fiscal_year.company_id
    AND p.fiscal_year = close_fiscal_year.fiscal_year;
    IF v_year.starts_on IS NULL OR v_year.open_periods > 0 THEN
        RAISE EXCEPTION 'fiscal year % has % open periods', fiscal_year, CASE WHEN v_year.starts_on IS NULL THEN 'no' ELSE v_year.open_periods::text END
            USING ERRCODE = 'RP244', DETAIL = to_jsonb(v_year)::text, HINT = 'close each of its periods with erp.close_period first';
    ELSIF EXISTS (
        SELECT
        FROM erp.fiscal_year_closings AS c
        WHERE c.company_id = close_fiscal_year.company_id
        AND c.fiscal_year >= close_fiscal_year.fiscal_year
        AND c.reopened_at IS NULL)
    THEN
        RAISE EXCEPTION 'fiscal year % or a later one is closed already', fiscal_year
            USING ERRCODE = 'RP243', DETAIL = jsonb_build_object('fiscal_year', fiscal_year)::text,
            HINT = 'SELECT * FROM erp_fiscal_year_closings';
    END IF;
    PERFORM erp.check_earlier_years(company_id, v_year.starts_on);

    SELECT
        jsonb_agg(jsonb_build_object('account_code', b.account_code, 'amount', abs(b.balance), 'is_credit', b.balance > 0) ORDER BY b.account_code),
        sum(b.balance)
    INTO v_entries, v_result
    FROM erp.result_accounts(company_id, v_year.ends_on) AS b;
    IF v_entries IS NOT NULL THEN
        v_transaction_id := erp.post_ledger(
            format('Result of %s to retained earnings', fiscal_year),
            v_entries || CASE WHEN v_result = 0 THEN '[]'::jsonb
                ELSE jsonb_build_array(jsonb_build_object('account_code', '3000', 'amount', abs(v_result), 'is_credit', v_result < 0)) END,
            v_year.ends_on, 'year_end', fiscal_year::text, NULL, NULL, company_id);
    END IF;
    INSERT INTO erp.fiscal_year_closings (company_id, fiscal_year, transaction_id)
    VALUES (company_id, fiscal_year, v_transaction_id);
    PERFORM erp.log_deed(
        'close_fiscal_year', 'erp.fiscal_year_closings', fiscal_year::text, format('result %s', -COALESCE(v_result, 0)),
        jsonb_build_object('transaction_id', v_transaction_id));
    RETURN v_transaction_id;
END
$function$;
COMMENT ON FUNCTION erp.close_fiscal_year(bigint, integer) IS
'Carries the result of a year to retained earnings (3000) on its last day; controllers only. Every period of it is closed, and so are earlier years with a result (RP244); RP243 when it is closed already. Returns the transaction_id, NULL when nothing was earned or spent. Locks the company''s periods.';
ALTER FUNCTION erp.close_fiscal_year(bigint, integer) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.close_fiscal_year(bigint, integer) FROM PUBLIC;
