CREATE OR REPLACE FUNCTION erp.sales_order_effects()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF NEW.order_status IN ('confirmed', 'pending_review') AND OLD.order_status <> NEW.order_status THEN
        PERFORM erp.reserve_order(NEW.sales_order_id);
    END IF;
    IF NEW.order_status = 'pending_review' THEN
        PERFORM erp.ask_release_approval(NEW.sales_order_id);
    END IF;
    IF OLD.order_status <> NEW.order_status THEN
        IF NEW.order_status IN ('cancelled', 'draft') THEN
            PERFORM erp.release_reservations(NEW.sales_order_id);
            PERFORM erp.void_order_approvals(NEW.sales_order_id, 'the order was withdrawn');
        END IF;
        IF NEW.order_status = 'cancelled' THEN
            UPDATE erp.sales_order_items
            SET quantity_cancelled = quantity
            WHERE sales_order_id = NEW.sales_order_id
            AND quantity_cancelled < quantity;
        ELSIF NEW.order_status = 'confirmed' AND OLD.order_status <> 'shipped' AND NEW.delivery_date > erp.today(NEW.company_id) THEN
            PERFORM erp.schedule_goods_issue(NEW.sales_order_id);
        ELSIF NEW.order_status = 'confirmed' AND OLD.order_status <> 'shipped' AND NEW.fulfilment_mode = 'immediate' THEN
            PERFORM erp.issue_goods(NEW.sales_order_id, NEW.delivery_date);
        ELSIF NEW.order_status = 'shipped' AND OLD.order_status = 'confirmed' THEN
            INSERT INTO agent.task_events (event_type, payload, idempotency_key)
            SELECT
                'INVOICE_CUSTOMER', jsonb_build_object('sales_order_id', NEW.sales_order_id),
                format('invoice:shipment:%s', max(shipment_id))
            FROM erp.shipments
            WHERE sales_order_id = NEW.sales_order_id
            HAVING max(shipment_id) IS NOT NULL;
        END IF;
    END IF;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.sales_order_effects() IS
'Row trigger after the gate has judged a changed order: reserves stock, asks for approval, issues the goods at release unless the order waits for GOODS_SHIPPED or for its day of delivery, and emits INVOICE_CUSTOMER, all in the same transaction.';
ALTER FUNCTION erp.sales_order_effects() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.sales_order_effects() FROM PUBLIC;
