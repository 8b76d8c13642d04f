CREATE OR REPLACE FUNCTION erp.accrue_revenue(p_period_id bigint)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_period record;
    v_amount numeric;
    v_reference text;
    v_transaction_id bigint;
BEGIN
    SELECT * INTO v_period FROM erp.fiscal_periods WHERE period_id = p_period_id;
    v_reference := v_period.fiscal_year || '/' || v_period.period_number;
    SELECT COALESCE(sum(u.base_value), 0) - erp.accrued_revenue(p_period_id) INTO v_amount
    FROM erp.unbilled_shipments(v_period.company_id, v_period.ends_on) AS u;
    IF v_amount = 0 THEN
        RETURN NULL;
    END IF;
    v_transaction_id := erp.post_ledger(
        format('Issued and not invoiced at the end of %s', v_reference),
        jsonb_build_array(
            jsonb_build_object('account_code', '1150', 'amount', abs(v_amount), 'is_credit', v_amount < 0),
            jsonb_build_object('account_code', '4000', 'amount', abs(v_amount), 'is_credit', v_amount > 0)),
        v_period.ends_on, 'period_accrual', v_reference, NULL, NULL, v_period.company_id);
    PERFORM erp.post_ledger(
        format('Reversal of %s: the accrual of %s ends', v_transaction_id, v_reference),
        jsonb_build_array(
            jsonb_build_object('account_code', '4000', 'amount', abs(v_amount), 'is_credit', v_amount < 0),
            jsonb_build_object('account_code', '1150', 'amount', abs(v_amount), 'is_credit', v_amount > 0)),
        v_period.ends_on + 1, 'period_accrual', v_reference, NULL, NULL, v_period.company_id, v_transaction_id);
    RETURN v_transaction_id;
END
$function$;
COMMENT ON FUNCTION erp.accrue_revenue(bigint) IS
'Accrues the revenue of goods issued and not invoiced at the end of a period (1150/4000), less what is accrued already, and takes it back the day after. Returns the accrual''s transaction_id, NULL when there is nothing to accrue.';
ALTER FUNCTION erp.accrue_revenue(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.accrue_revenue(bigint) FROM PUBLIC;
