CREATE OR REPLACE FUNCTION erp.payment_allocated()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_order_id bigint;
BEGIN
    UPDATE erp.payments SET amount_unallocated = amount_unallocated - NEW.amount WHERE payment_id = NEW.payment_id;
    IF NEW.base_paid <> NEW.base_settled THEN
        UPDATE erp.customers AS c
        SET current_balance = c.current_balance + NEW.base_paid - NEW.base_settled
        FROM erp.payments AS p
        WHERE p.payment_id = NEW.payment_id
        AND c.customer_id = p.customer_id;
    END IF;
    UPDATE erp.invoices SET amount_open = amount_open - NEW.amount WHERE invoice_id = NEW.invoice_id
    RETURNING sales_order_id INTO v_order_id;
    IF v_order_id IS NOT NULL THEN
        UPDATE erp.sales_orders
        SET order_status = erp.derived_order_status(sales_order_id, order_status)
        WHERE sales_order_id = v_order_id
        AND order_status <> erp.derived_order_status(sales_order_id, order_status);
    END IF;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.payment_allocated() IS
'Row trigger after an allocation: lowers what is open of the invoice and unallocated of the payment, carries the exchange result to the customer''s balance, and lets the order become paid.';
ALTER FUNCTION erp.payment_allocated() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.payment_allocated() FROM PUBLIC;
