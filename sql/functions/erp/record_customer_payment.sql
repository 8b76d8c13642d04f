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
    v_payment_id bigint;
BEGIN
    SELECT c.* INTO v_customer FROM erp.customers AS c WHERE c.customer_id = record_customer_payment.customer_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'customer_id: no customer %', record_customer_payment.customer_id
            USING ERRCODE = 'RP313', DETAIL = jsonb_build_object('customer_id', record_customer_payment.customer_id)::text,
            HINT = 'SELECT customer_id, customer_name FROM erp_customers';
    END IF;
    v_payment_id := erp.record_payment(
        'received', v_customer.customer_id, v_customer.customer_name, amount, received_on, reference, invoice_number, currency, 1);
    PERFORM erp.requeue_held_orders('payment', v_payment_id, v_customer.customer_id, NULL);
    RETURN v_payment_id;
END
$function$;
COMMENT ON FUNCTION erp.record_customer_payment(bigint, numeric, date, text, text, text) IS
'Records a receipt in any currency: journal (1010/1100), settles the named invoice first and then the oldest of that currency, with the exchange result (5400), keeps the rest as the customer''s credit, and queues the customer''s held orders again. In a closed period it is posted on the first open day and keeps its value date. Returns payment_id. RP313, RP010, RP212, RP240, RP241, RP217 for a day to come. Locks the customer.';
ALTER FUNCTION erp.record_customer_payment(bigint, numeric, date, text, text, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.record_customer_payment(bigint, numeric, date, text, text, text) FROM PUBLIC;
