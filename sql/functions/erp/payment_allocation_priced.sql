-- Base amounts follow cumulatively: the last allocation of an item takes exactly what is left of it, so that nothing remains
-- on the control account of what is settled.
CREATE OR REPLACE FUNCTION erp.payment_allocation_priced()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_payment record;
    v_invoice record;
BEGIN
    SELECT p.*, k.minor_unit INTO v_payment
    FROM erp.payments AS p
    JOIN erp.companies AS m USING (company_id)
    JOIN erp.currencies AS k ON k.currency_code = m.base_currency
    WHERE p.payment_id = NEW.payment_id
    FOR NO KEY UPDATE OF p;
    SELECT * INTO v_invoice FROM erp.invoices WHERE invoice_id = NEW.invoice_id FOR NO KEY UPDATE;
    IF (v_invoice.currency_code, v_invoice.company_id, COALESCE(v_invoice.customer_id, 0), COALESCE(v_invoice.supplier_id, 0))
        IS DISTINCT FROM
        (v_payment.currency_code, v_payment.company_id, COALESCE(v_payment.customer_id, 0), COALESCE(v_payment.supplier_id, 0))
    THEN
        RAISE EXCEPTION 'payment % does not fit invoice %', NEW.payment_id, v_invoice.invoice_number
            USING ERRCODE = 'RP240',
            DETAIL = jsonb_build_object('invoice', v_invoice.currency_code, 'payment', v_payment.currency_code)::text,
            HINT = 'an invoice is settled by its own party, in its own currency', TABLE = 'payment_allocations', SCHEMA = 'erp';
    ELSIF NEW.allocated_on < greatest(v_payment.paid_on, v_invoice.posting_date) THEN
        RAISE EXCEPTION 'an allocation is not dated before %', greatest(v_payment.paid_on, v_invoice.posting_date)
            USING ERRCODE = 'RP224',
            DETAIL = jsonb_build_object(
                'allocated_on', NEW.allocated_on, 'paid_on', v_payment.paid_on, 'posting_date', v_invoice.posting_date)::text,
            HINT = 'nothing is settled before both invoice and payment are posted', TABLE = 'payment_allocations', SCHEMA = 'erp';
    END IF;
    SELECT
        CASE NEW.amount WHEN v_invoice.amount_open THEN v_invoice.base_gross_total
            ELSE round(
                v_invoice.base_gross_total * (v_invoice.gross_total - v_invoice.amount_open + NEW.amount) / v_invoice.gross_total,
                v_payment.minor_unit) END - COALESCE(sum(a.base_settled), 0)
    INTO NEW.base_settled
    FROM erp.payment_allocations AS a
    WHERE a.invoice_id = NEW.invoice_id;
    SELECT
        CASE NEW.amount WHEN v_payment.amount_unallocated THEN v_payment.base_amount
            ELSE round(
                v_payment.base_amount * (v_payment.amount - v_payment.amount_unallocated + NEW.amount) / v_payment.amount,
                v_payment.minor_unit) END - COALESCE(sum(a.base_paid), 0)
    INTO NEW.base_paid
    FROM erp.payment_allocations AS a
    WHERE a.payment_id = NEW.payment_id;
    IF NEW.base_paid <> NEW.base_settled THEN
        NEW.transaction_id := erp.post_ledger(
            format('Exchange result of payment %s on invoice %s', NEW.payment_id, v_invoice.invoice_number),
            erp.exchange_result_entries(v_payment.direction = 'received', NEW.amount, NEW.base_paid, NEW.base_settled, v_payment.currency_code),
            NEW.allocated_on, 'settlement', NEW.payment_id::text, NULL, NULL, v_payment.company_id);
    END IF;
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION erp.payment_allocation_priced() IS
'Row trigger before an allocation: what leaves invoice and payment in base currency, each at its own rate, and the journal of the difference. RP240 unless party and currency are the same, RP224 before either is posted. Locks payment and invoice.';
ALTER FUNCTION erp.payment_allocation_priced() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.payment_allocation_priced() FROM PUBLIC;
