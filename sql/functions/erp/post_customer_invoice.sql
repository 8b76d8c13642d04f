CREATE OR REPLACE FUNCTION erp.post_customer_invoice(sales_order_id bigint, document_date date DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_order record;
    v_customer record;
    v_wanted_date date;
    v_number record;
    v_total record;
    v_base_gross numeric;
    v_minor_unit integer;
    v_taxes jsonb;
    v_transaction_id bigint;
    v_invoice_id bigint;
BEGIN
    SELECT c.* INTO v_customer
    FROM erp.customers AS c
    WHERE c.customer_id = (SELECT o.customer_id FROM erp.sales_orders AS o WHERE o.sales_order_id = post_customer_invoice.sales_order_id)
    FOR NO KEY UPDATE;
    SELECT o.* INTO v_order FROM erp.sales_orders AS o WHERE o.sales_order_id = post_customer_invoice.sales_order_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'sales_order_id: no order %', post_customer_invoice.sales_order_id
            USING ERRCODE = 'RP312', DETAIL = jsonb_build_object('sales_order_id', post_customer_invoice.sales_order_id)::text,
            HINT = 'SELECT sales_order_id FROM erp_sales_orders';
    END IF;
    SELECT
        sum(p.net_amount) AS net, sum(p.tax_amount) AS tax,
        jsonb_agg(jsonb_build_object('account_code', a.account_code, 'tax', p.tax_amount)) AS taxes
    INTO v_total
    FROM erp.priced_lines(v_order.sales_order_id, 'billable') AS p
    LEFT JOIN erp.tax_codes AS t USING (tax_code)
    LEFT JOIN erp.accounts AS a USING (account_id);
    IF v_total.net IS NULL THEN
        RAISE EXCEPTION 'order % has nothing to invoice, it is %', v_order.sales_order_id, v_order.order_status
            USING ERRCODE = CASE WHEN v_order.order_status IN ('invoiced', 'paid') THEN 'RP231' ELSE 'RP230' END,
            DETAIL = jsonb_build_object('sales_order_id', v_order.sales_order_id, 'order_status', v_order.order_status)::text,
            HINT = 'only issued goods are invoiced, once', TABLE = 'sales_orders', SCHEMA = 'erp';
    END IF;

    SELECT max(s.shipped_on) INTO v_wanted_date FROM erp.shipments AS s WHERE s.sales_order_id = v_order.sales_order_id;
    PERFORM erp.check_document_date(v_order.company_id, post_customer_invoice.document_date);
    SELECT n.* INTO v_number
    FROM erp.next_document_number(
        v_order.company_id, 'invoice',
        erp.first_open_day(v_order.company_id, COALESCE(post_customer_invoice.document_date, v_wanted_date), 'sales')) AS n;
    SELECT c.minor_unit INTO v_minor_unit
    FROM erp.companies AS m
    JOIN erp.currencies AS c ON c.currency_code = m.base_currency
    WHERE m.company_id = v_order.company_id;
    -- The whole invoice is booked at the order's rate: exposure and receivable are the same figure. Revenue takes the cent
    -- that rounding leaves, never the receivable.
    v_base_gross := round((v_total.net + v_total.tax) * v_order.exchange_rate, v_minor_unit);
    SELECT jsonb_agg(jsonb_build_object(
        'account_code', x.account_code, 'amount', x.tax, 'is_credit', true,
        'base_amount', round(x.tax * v_order.exchange_rate, v_minor_unit)))
    INTO v_taxes
    FROM (
        SELECT t.value ->> 'account_code' AS account_code, sum((t.value ->> 'tax')::numeric) AS tax
        FROM jsonb_array_elements(v_total.taxes) AS t
        GROUP BY 1
        HAVING sum((t.value ->> 'tax')::numeric) > 0
    ) AS x;
    IF v_total.net + v_total.tax > 0 THEN
        v_transaction_id := erp.post_ledger(
            format('Invoice %s to %s', v_number.document_number, v_customer.customer_name),
            jsonb_build_array(
                jsonb_build_object(
                    'account_code', '1100', 'amount', v_total.net + v_total.tax, 'is_credit', false, 'base_amount', v_base_gross),
                jsonb_build_object(
                    'account_code', '4000', 'amount', v_total.net, 'is_credit', true,
                    'base_amount', v_base_gross - COALESCE((
                        SELECT sum((t.value ->> 'base_amount')::numeric) FROM jsonb_array_elements(v_taxes) AS t), 0)))
            || COALESCE(v_taxes, '[]'),
            v_number.document_date, 'invoice', v_number.document_number, v_order.currency_code, NULL, v_order.company_id);
    END IF;
    INSERT INTO erp.invoices (
        company_id, direction, document_type, invoice_number, customer_id, sales_order_id, document_date, delivery_date,
        due_date, posting_date, currency_code, exchange_rate, rounding_policy, net_total, tax_total, gross_total,
        base_gross_total, amount_open, transaction_id)
    VALUES (
        v_order.company_id, 'customer', 'invoice', v_number.document_number, v_order.customer_id, v_order.sales_order_id,
        v_number.document_date, v_wanted_date, v_number.document_date + v_customer.payment_terms_days, v_number.document_date,
        v_order.currency_code, v_order.exchange_rate, v_order.rounding_policy, v_total.net, v_total.tax,
        v_total.net + v_total.tax, v_base_gross, v_total.net + v_total.tax, v_transaction_id)
    RETURNING invoice_id INTO v_invoice_id;
    INSERT INTO erp.invoice_items (
        invoice_id, line_number, item_id, product_id, description, quantity, unit_price, discount_percent, net_amount,
        tax_code, tax_rate, tax_amount)
    SELECT
        v_invoice_id, i.line_number, i.item_id, i.product_id, p.product_name, l.quantity, i.unit_price, i.discount_percent,
        l.net_amount, l.tax_code, l.tax_rate, l.tax_amount
    FROM erp.priced_lines(v_order.sales_order_id, 'billable') AS l
    JOIN erp.sales_order_items AS i ON i.item_id = l.item_id
    JOIN erp.products AS p ON p.product_id = i.product_id;
    UPDATE erp.sales_order_items AS i
    SET quantity_invoiced = i.quantity_invoiced + n.quantity
    FROM erp.invoice_items AS n
    WHERE n.invoice_id = v_invoice_id
    AND i.item_id = n.item_id;
    RETURN v_invoice_id;
END
$function$;
COMMENT ON FUNCTION erp.post_customer_invoice(bigint, date) IS
'Invoices what was issued and not yet invoiced of an order: gapless number, lines, tax, journal (1100 to 4000 and the tax account). In a closed period it is dated on the first open day and keeps its delivery date. Returns invoice_id. RP312 no such order, RP230 nothing issued, RP231 already invoiced, RP217 for a day to come. Locks customer, order, number series.';
ALTER FUNCTION erp.post_customer_invoice(bigint, date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.post_customer_invoice(bigint, date) FROM PUBLIC;
