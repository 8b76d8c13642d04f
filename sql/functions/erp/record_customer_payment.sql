CREATE OR REPLACE FUNCTION erp.record_customer_payment(
    customer_id bigint,
    amount numeric,
    received_on date DEFAULT NULL,
    reference text DEFAULT NULL,
    invoice_number text DEFAULT NULL,
    currency text DEFAULT NULL
)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_customer record;
    v_company record;
    v_value_date CONSTANT date := COALESCE(received_on, erp.today());
    v_paid_on date;
    v_left numeric := amount;
    v_take numeric;
    v_invoice record;
    v_transaction_id bigint;
    v_payment_id bigint;
BEGIN
    SELECT c.* INTO v_customer FROM erp.customers AS c WHERE c.customer_id = record_customer_payment.customer_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'customer_id: no customer %', record_customer_payment.customer_id
            USING ERRCODE = 'RP313', DETAIL = jsonb_build_object('customer_id', record_customer_payment.customer_id)::text,
            HINT = 'SELECT customer_id, customer_name FROM erp_customers';
    END IF;
    SELECT m.company_id, m.base_currency, k.minor_unit INTO v_company
    FROM erp.companies AS m
    JOIN erp.currencies AS k ON k.currency_code = m.base_currency
    WHERE m.company_id = 1;
    IF COALESCE(currency, v_company.base_currency) <> v_company.base_currency THEN
        RAISE EXCEPTION 'currency: receipts are taken in %', v_company.base_currency
            USING ERRCODE = 'RP240', DETAIL = jsonb_build_object('currency', currency)::text,
            HINT = 'convert it at the bank, or post it through the bank reconciliation';
    END IF;
    IF amount IS NULL OR amount <= 0 OR amount >= 1e15 OR scale(trim_scale(amount)) > v_company.minor_unit THEN
        RAISE EXCEPTION 'amount: a positive amount with at most % decimals is needed', v_company.minor_unit
            USING ERRCODE = 'RP010', DETAIL = jsonb_build_object('amount', amount)::text, HINT = 'correct the amount';
    END IF;
    PERFORM erp.check_document_date(v_company.company_id, v_value_date);
    v_paid_on := erp.first_open_day(v_company.company_id, v_value_date, 'bank');
    IF invoice_number IS NOT NULL AND NOT EXISTS (
        SELECT FROM erp.invoices AS i
        WHERE i.customer_id = v_customer.customer_id AND i.direction = 'customer' AND i.invoice_number = record_customer_payment.invoice_number)
    THEN
        RAISE EXCEPTION 'invoice_number: customer % has no invoice %', v_customer.customer_name, invoice_number
            USING ERRCODE = 'RP241', DETAIL = jsonb_build_object('invoice_number', invoice_number)::text,
            HINT = 'leave it out to settle the oldest invoices first';
    END IF;

    v_transaction_id := erp.post_ledger(
        format('Receipt from %s', v_customer.customer_name),
        jsonb_build_array(
            jsonb_build_object('account_code', '1010', 'amount', amount, 'is_credit', false),
            jsonb_build_object('account_code', '1100', 'amount', amount, 'is_credit', true)),
        v_paid_on, 'payment', COALESCE(reference, v_customer.customer_id::text), NULL, NULL, v_company.company_id);
    INSERT INTO erp.payments (
        company_id, direction, customer_id, amount, amount_unallocated, currency_code, base_amount, paid_on, value_date,
        reference, transaction_id)
    VALUES (
        v_company.company_id, 'received', v_customer.customer_id, amount, amount, v_company.base_currency, amount, v_paid_on,
        nullif(v_value_date, v_paid_on), reference, v_transaction_id)
    RETURNING payment_id INTO v_payment_id;
    FOR v_invoice IN
        SELECT i.invoice_id, i.amount_open, i.sales_order_id
        FROM erp.invoices AS i
        WHERE i.customer_id = v_customer.customer_id
        AND i.direction = 'customer'
        AND i.document_type = 'invoice'
        AND i.currency_code = v_company.base_currency
        AND i.amount_open > 0
        ORDER BY i.invoice_number IS DISTINCT FROM record_customer_payment.invoice_number, i.due_date, i.invoice_id
    LOOP
        EXIT WHEN v_left = 0;
        v_take := least(v_left, v_invoice.amount_open);
        INSERT INTO erp.payment_allocations (payment_id, invoice_id, amount, allocated_on)
        VALUES (v_payment_id, v_invoice.invoice_id, v_take, v_paid_on);
        v_left := v_left - v_take;
    END LOOP;
    PERFORM erp.requeue_held_orders('payment', v_payment_id, v_customer.customer_id, NULL);
    RETURN v_payment_id;
END
$function$;
COMMENT ON FUNCTION erp.record_customer_payment(bigint, numeric, date, text, text, text) IS
'Records a receipt: journal (1010/1100), settles the named invoice first and then the oldest, keeps the rest as the customer''s credit, and queues the customer''s held orders again. In a closed period it is posted on the first open day and keeps its value date. Returns payment_id. RP313, RP010, RP240, RP241, RP217 for a day to come. Locks the customer.';
ALTER FUNCTION erp.record_customer_payment(bigint, numeric, date, text, text, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.record_customer_payment(bigint, numeric, date, text, text, text) FROM PUBLIC;
