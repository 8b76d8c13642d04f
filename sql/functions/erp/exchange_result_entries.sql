CREATE OR REPLACE FUNCTION erp.exchange_result_entries(
    p_is_receipt boolean,
    p_amount numeric,
    p_base_paid numeric,
    p_base_settled numeric,
    p_currency text
)
RETURNS jsonb
LANGUAGE sql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $function$
    -- The foreign amounts cancel out on the control account and on 3950; what remains on both is the difference in base, and
    -- 3950 hands it on to the result in base currency.
    SELECT jsonb_build_array(
        jsonb_build_object('account_code', c.code, 'amount', p_amount, 'is_credit', NOT p_is_receipt, 'currency', p_currency, 'base_amount', p_base_paid + c.lift),
        jsonb_build_object('account_code', c.code, 'amount', p_amount, 'is_credit', p_is_receipt, 'currency', p_currency, 'base_amount', p_base_settled + c.lift),
        jsonb_build_object('account_code', '3950', 'amount', p_amount, 'is_credit', p_is_receipt, 'currency', p_currency, 'base_amount', p_base_paid + c.lift),
        jsonb_build_object('account_code', '3950', 'amount', p_amount, 'is_credit', NOT p_is_receipt, 'currency', p_currency, 'base_amount', p_base_settled + c.lift),
        jsonb_build_object('account_code', '3950', 'amount', abs(c.difference), 'is_credit', (c.difference > 0) <> p_is_receipt),
        jsonb_build_object('account_code', '5400', 'amount', abs(c.difference), 'is_credit', (c.difference > 0) = p_is_receipt))
    FROM (SELECT CASE WHEN p_is_receipt THEN '1100' ELSE '2000' END AS code, p_base_paid - p_base_settled AS difference,
        -- A leg has an amount: where rounding left nothing in base, both sides carry one more, which cancels out on each account.
        CASE WHEN least(p_base_paid, p_base_settled) = 0 THEN 1 ELSE 0 END AS lift) AS c
$function$;
COMMENT ON FUNCTION erp.exchange_result_entries(boolean, numeric, numeric, numeric, text) IS
'The legs that bring an item on 1100 or 2000 from the rate of its payment to that of its invoice, the difference going to 5400 through 3950: balanced in each currency and in base.';
ALTER FUNCTION erp.exchange_result_entries(boolean, numeric, numeric, numeric, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.exchange_result_entries(boolean, numeric, numeric, numeric, text) FROM PUBLIC;
