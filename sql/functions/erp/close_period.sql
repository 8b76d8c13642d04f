CREATE OR REPLACE FUNCTION erp.close_period(
    company_id bigint,
    fiscal_year integer,
    period_number integer,
    area text DEFAULT NULL,
    accrue boolean DEFAULT false
)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_period_id bigint;
    v_period record;
    v_accrual bigint;
    v_revaluation bigint;
    v_word text;
BEGIN
    IF area IS NULL THEN
        PERFORM erp.require_controller('close a whole period');
    END IF;
    v_period_id := erp.lock_period(company_id, fiscal_year, period_number);
    SELECT p.* INTO v_period FROM erp.fiscal_periods AS p WHERE p.period_id = v_period_id;
    v_word := format('%s/%s', fiscal_year, period_number) || COALESCE(' for ' || area, '');
    IF v_period.status = 'closed' OR area = ANY (v_period.closed_areas) THEN
        RAISE EXCEPTION 'period % is closed already', v_word
            USING ERRCODE = 'RP243', DETAIL = to_jsonb(v_period)::text, HINT = 'SELECT * FROM erp_fiscal_periods';
    END IF;
    PERFORM erp.check_close_blockers(v_period_id, area, accrue);
    IF accrue AND COALESCE(area, 'sales') = 'sales' THEN
        v_accrual := erp.accrue_revenue(v_period_id);
    END IF;
    IF accrue AND COALESCE(area, 'ledger') = 'ledger' THEN
        v_revaluation := erp.revaluation_of(v_period.company_id, v_period.ends_on);
    END IF;
    IF area IS NULL THEN
        UPDATE erp.fiscal_periods AS p SET status = 'closed' WHERE p.period_id = v_period_id;
    ELSE
        UPDATE erp.fiscal_periods AS p SET closed_areas = p.closed_areas || area WHERE p.period_id = v_period_id;
    END IF;
    PERFORM erp.log_deed('close_period', 'erp.fiscal_periods', v_period_id::text, v_word, jsonb_build_object('accrual', v_accrual, 'revaluation', v_revaluation));
    RETURN jsonb_build_object(
        'period_id', v_period_id, 'closed', COALESCE(area, 'all'), 'accrual_transaction_id', v_accrual,
        'revaluation_transaction_id', v_revaluation);
END
$function$;
COMMENT ON FUNCTION erp.close_period(bigint, integer, integer, text, boolean) IS
'Closes one area of a period, or all of it for good (controllers only). What stands against it is listed and refused (RP242); with accrue, issued goods are accrued, received ones left in 2050, and open items in foreign currency revalued. RP243 when it is closed already.';
ALTER FUNCTION erp.close_period(bigint, integer, integer, text, boolean) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.close_period(bigint, integer, integer, text, boolean) FROM PUBLIC;
