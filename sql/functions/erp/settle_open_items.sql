CREATE OR REPLACE FUNCTION erp.settle_open_items(p_payment_id bigint, p_invoice_number text, p_amount numeric, p_on date)
RETURNS numeric
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_payment record;
    v_invoice record;
    v_left numeric := p_amount;
    v_take numeric;
BEGIN
    SELECT * INTO v_payment FROM erp.payments WHERE payment_id = p_payment_id FOR NO KEY UPDATE;
    FOR v_invoice IN
        SELECT i.invoice_id, i.amount_open, i.posting_date
        FROM erp.invoices AS i
        WHERE i.direction = CASE v_payment.direction WHEN 'received' THEN 'customer' ELSE 'supplier' END
        AND (i.customer_id = v_payment.customer_id OR i.supplier_id = v_payment.supplier_id)
        AND i.company_id = v_payment.company_id
        AND i.document_type = 'invoice'
        AND i.currency_code = v_payment.currency_code
        AND i.amount_open > 0
        ORDER BY i.invoice_number IS DISTINCT FROM p_invoice_number, i.due_date, i.invoice_id
    LOOP
        EXIT WHEN v_left = 0;
        v_take := least(v_left, v_invoice.amount_open);
        INSERT INTO erp.payment_allocations (payment_id, invoice_id, amount, allocated_on)
        VALUES (
            p_payment_id, v_invoice.invoice_id, v_take,
            erp.first_open_day(v_payment.company_id, greatest(p_on, v_payment.paid_on, v_invoice.posting_date), 'bank'));
        v_left := v_left - v_take;
    END LOOP;
    RETURN p_amount - v_left;
END
$function$;
COMMENT ON FUNCTION erp.settle_open_items(bigint, text, numeric, date) IS
'Allocates an amount of a payment to open items of its party and currency: the named one first, then the oldest. An item is settled on the given day, or on its own posting date when that is later. Returns how much was allocated.';
ALTER FUNCTION erp.settle_open_items(bigint, text, numeric, date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.settle_open_items(bigint, text, numeric, date) FROM PUBLIC;
