CREATE OR REPLACE FUNCTION erp.record_payment(
    p_direction text,
    p_party_id bigint,
    p_party_name text,
    p_amount numeric,
    p_value_date date,
    p_reference text,
    p_invoice_number text,
    p_currency text,
    p_company_id bigint
)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    is_receipt CONSTANT boolean := p_direction = 'received';
    v_company record;
    v_currency record;
    v_value_date date;
    v_paid_on date;
    v_rate numeric;
    v_base numeric;
    v_transaction_id bigint;
    v_payment_id bigint;
BEGIN
    SELECT m.company_id, m.base_currency, k.minor_unit INTO v_company
    FROM erp.companies AS m
    JOIN erp.currencies AS k ON k.currency_code = m.base_currency
    WHERE m.company_id = p_company_id;
    SELECT k.currency_code, k.minor_unit INTO v_currency
    FROM erp.currencies AS k
    WHERE k.currency_code = COALESCE(p_currency, v_company.base_currency);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'currency: unknown currency %', p_currency
            USING ERRCODE = 'RP010', DETAIL = jsonb_build_object('currency', p_currency)::text, HINT = 'SELECT currency_code FROM erp_currencies';
    ELSIF p_amount IS NULL OR p_amount <= 0 OR p_amount >= 1e15 OR scale(trim_scale(p_amount)) > v_currency.minor_unit THEN
        RAISE EXCEPTION 'amount: a positive amount with at most % decimals is needed', v_currency.minor_unit
            USING ERRCODE = 'RP010', DETAIL = jsonb_build_object('amount', p_amount)::text, HINT = 'correct the amount';
    END IF;
    v_value_date := COALESCE(p_value_date, erp.today(p_company_id));
    PERFORM erp.check_document_date(p_company_id, v_value_date);
    PERFORM erp.check_settled_invoice(p_direction, p_party_id, p_party_name, p_invoice_number, v_currency.currency_code);
    v_paid_on := erp.first_open_day(p_company_id, v_value_date, 'bank');
    v_rate := erp.exchange_rate(v_currency.currency_code, v_company.base_currency, v_paid_on);
    v_base := round(p_amount * v_rate, v_company.minor_unit);

    v_transaction_id := erp.post_ledger(
        format('%s %s', CASE WHEN is_receipt THEN 'Receipt from' ELSE 'Payment to' END, p_party_name),
        jsonb_build_array(
            jsonb_build_object('account_code', '1010', 'amount', p_amount, 'is_credit', NOT is_receipt, 'base_amount', v_base),
            jsonb_build_object(
                'account_code', CASE WHEN is_receipt THEN '1100' ELSE '2000' END, 'amount', p_amount, 'is_credit', is_receipt,
                'base_amount', v_base)),
        v_paid_on, 'payment', COALESCE(p_reference, p_party_id::text), v_currency.currency_code, NULL, p_company_id);
    INSERT INTO erp.payments (
        company_id, direction, customer_id, supplier_id, amount, amount_unallocated, currency_code, exchange_rate, base_amount,
        paid_on, value_date, reference, transaction_id)
    VALUES (
        p_company_id, p_direction, CASE WHEN is_receipt THEN p_party_id END, CASE WHEN NOT is_receipt THEN p_party_id END,
        p_amount, p_amount, v_currency.currency_code, v_rate, v_base, v_paid_on, nullif(v_value_date, v_paid_on), p_reference,
        v_transaction_id)
    RETURNING payment_id INTO v_payment_id;
    PERFORM erp.settle_open_items(v_payment_id, p_invoice_number, p_amount, v_paid_on);
    RETURN v_payment_id;
END
$function$;
COMMENT ON FUNCTION erp.record_payment(text, bigint, text, numeric, date, text, text, text, bigint) IS
'Posts a receipt or payment at the rate of its day (1010 against 1100 or 2000), and settles the party''s open items of its currency: the named one first, then the oldest. Returns payment_id. RP010, RP212, RP217, RP240, RP241. The caller has locked the party.';
ALTER FUNCTION erp.record_payment(text, bigint, text, numeric, date, text, text, text, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.record_payment(text, bigint, text, numeric, date, text, text, text, bigint) FROM PUBLIC;
