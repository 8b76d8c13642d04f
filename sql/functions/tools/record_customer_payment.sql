CREATE OR REPLACE FUNCTION agent.tool_record_customer_payment(args jsonb, context jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_customer_id bigint;
    v_payment_id bigint;
BEGIN
    -- A receipt never makes a prospect: money of somebody unknown waits for a person.
    IF args ? 'customer_email' AND NOT args ? 'customer_id' THEN
        SELECT customer_id INTO v_customer_id FROM erp.customers WHERE lower(contact_email) = lower(args ->> 'customer_email');
        IF NOT FOUND THEN
            RAISE EXCEPTION 'customer_email: no such customer'
                USING ERRCODE = 'RP313', DETAIL = jsonb_build_object('path', 'customer_email')::text,
                HINT = 'post it to unmatched bank (1020) and find the payer';
        END IF;
    ELSE
        v_customer_id := erp.resolve_customer(args - 'customer_name');
    END IF;
    v_payment_id := erp.record_customer_payment(
        v_customer_id, erp.payload_number(args, 'amount', 0, 1e15), erp.payload_date(args, 'received_on'),
        args ->> 'reference', args ->> 'invoice_number', erp.payload_currency(args));
    RETURN (
        SELECT jsonb_build_object(
            'payment_id', p.payment_id, 'customer_id', p.customer_id, 'financial_amount', p.base_amount,
            'allocated', p.amount - p.amount_unallocated, 'unallocated', p.amount_unallocated,
            'invoices', (
                SELECT jsonb_agg(jsonb_build_object('invoice_number', i.invoice_number, 'amount', a.amount))
                FROM erp.payment_allocations AS a
                JOIN erp.invoices AS i USING (invoice_id)
                WHERE a.payment_id = p.payment_id))
        FROM erp.payments AS p
        WHERE p.payment_id = v_payment_id);
END
$function$;
COMMENT ON FUNCTION agent.tool_record_customer_payment(jsonb, jsonb) IS
'Tool: records a customer''s receipt and settles invoices. RP313 unknown customer, RP241 unknown invoice.';
ALTER FUNCTION agent.tool_record_customer_payment(jsonb, jsonb) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.tool_record_customer_payment(jsonb, jsonb) FROM PUBLIC;
