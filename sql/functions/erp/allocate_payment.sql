CREATE OR REPLACE FUNCTION erp.allocate_payment(
    payment_id bigint,
    invoice_number text DEFAULT NULL,
    amount numeric DEFAULT NULL,
    allocated_on date DEFAULT NULL
)
RETURNS numeric
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_payment record;
    v_party_name text;
    v_amount numeric;
    v_allocated numeric;
BEGIN
    SELECT p.* INTO v_payment FROM erp.payments AS p WHERE p.payment_id = allocate_payment.payment_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'payment_id: no payment %', allocate_payment.payment_id
            USING ERRCODE = 'RP249', DETAIL = jsonb_build_object('payment_id', allocate_payment.payment_id)::text,
            HINT = 'SELECT payment_id, amount_unallocated FROM erp_payments WHERE amount_unallocated > 0';
    END IF;
    -- The party first, as everywhere.
    SELECT c.customer_name INTO v_party_name FROM erp.customers AS c WHERE c.customer_id = v_payment.customer_id FOR NO KEY UPDATE;
    IF v_party_name IS NULL THEN
        SELECT s.company_name INTO v_party_name FROM erp.suppliers AS s WHERE s.supplier_id = v_payment.supplier_id FOR NO KEY UPDATE;
    END IF;
    SELECT p.* INTO v_payment FROM erp.payments AS p WHERE p.payment_id = allocate_payment.payment_id FOR NO KEY UPDATE;
    PERFORM erp.check_document_date(v_payment.company_id, allocate_payment.allocated_on);
    PERFORM erp.check_settled_invoice(
        v_payment.direction, COALESCE(v_payment.customer_id, v_payment.supplier_id), v_party_name, invoice_number, v_payment.currency_code);
    v_amount := COALESCE(amount, v_payment.amount_unallocated);
    IF scale(trim_scale(v_amount)) > (SELECT k.minor_unit FROM erp.currencies AS k WHERE k.currency_code = v_payment.currency_code) THEN
        RAISE EXCEPTION 'amount: more decimals than % has', v_payment.currency_code
            USING ERRCODE = 'RP211', DETAIL = jsonb_build_object('amount', v_amount)::text, HINT = 'round to the minor unit';
    END IF;
    IF v_amount <= 0 OR v_amount > v_payment.amount_unallocated THEN
        RAISE EXCEPTION 'payment % has % left to allocate', v_payment.payment_id, v_payment.amount_unallocated
            USING ERRCODE = 'RP249',
            DETAIL = jsonb_build_object('payment_id', v_payment.payment_id, 'amount', v_amount, 'gap', v_amount - v_payment.amount_unallocated)::text,
            HINT = 'allocate no more than is left';
    END IF;
    v_allocated := erp.settle_open_items(
        v_payment.payment_id, invoice_number, v_amount, COALESCE(allocate_payment.allocated_on, erp.today(v_payment.company_id)));
    IF v_allocated = 0 THEN
        RAISE EXCEPTION '% has nothing open in %', v_party_name, v_payment.currency_code
            USING ERRCODE = 'RP249', DETAIL = jsonb_build_object('payment_id', v_payment.payment_id, 'currency', v_payment.currency_code)::text,
            HINT = 'the money stays as credit until there is an invoice';
    END IF;
    RETURN v_allocated;
END
$function$;
COMMENT ON FUNCTION erp.allocate_payment(bigint, text, numeric, date) IS
'Settles open items with what is left of an earlier payment: the named invoice first, then the oldest of its currency, with the exchange result (5400). Returns how much was allocated. RP249 when there is nothing to allocate or to settle, RP240, RP241, RP217. Locks the party, then the payment.';
ALTER FUNCTION erp.allocate_payment(bigint, text, numeric, date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.allocate_payment(bigint, text, numeric, date) FROM PUBLIC;
