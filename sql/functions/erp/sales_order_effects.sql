CREATE OR REPLACE FUNCTION erp.sales_order_effects()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_threshold numeric;
BEGIN
    IF NEW.order_status IN ('confirmed', 'pending_review')
        AND (OLD.order_status <> NEW.order_status OR NEW.total_base_value <> OLD.total_base_value)
    THEN
        PERFORM erp.reserve_order(NEW.sales_order_id);
    END IF;
    IF NEW.order_status = 'pending_review'
        AND (OLD.order_status <> 'pending_review' OR NEW.total_base_value <> OLD.total_base_value)
    THEN
        UPDATE agent.approvals
        SET status = 'void', decision_reason = 'the order changed'
        WHERE kind = 'sales_order' AND subject_type = 'sales_order' AND subject_id = NEW.sales_order_id AND status = 'pending';
        v_threshold := erp.sop_number('high_value_invoice_approval_gate', 'threshold');
        INSERT INTO agent.approvals (kind, subject_type, subject_id, amount, currency_code, summary, details, requested_by)
        SELECT
            'sales_order', 'sales_order', NEW.sales_order_id, NEW.total_base_value, m.base_currency,
            format('Order %s of %s over %s', NEW.sales_order_id, c.customer_name, to_char(NEW.total_base_value, 'FM999999999990.00')),
            jsonb_build_object('content_hash', erp.order_content_hash(NEW.sales_order_id), 'threshold', v_threshold), session_user
        FROM erp.customers AS c
        JOIN erp.companies AS m ON m.company_id = NEW.company_id
        WHERE c.customer_id = NEW.customer_id;
    END IF;
    IF OLD.order_status <> NEW.order_status THEN
        IF NEW.order_status IN ('cancelled', 'draft') THEN
            PERFORM erp.release_reservations(NEW.sales_order_id);
        END IF;
        IF NEW.order_status = 'cancelled' THEN
            UPDATE erp.sales_order_items SET quantity_cancelled = quantity WHERE sales_order_id = NEW.sales_order_id;
            UPDATE agent.approvals
            SET status = 'void', decision_reason = 'the order was cancelled'
            WHERE kind = 'sales_order' AND subject_type = 'sales_order' AND subject_id = NEW.sales_order_id AND status = 'pending';
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
'Row trigger after the gate has judged a changed order: reserves stock, asks for approval, issues the goods at release unless the order waits for GOODS_SHIPPED, and emits INVOICE_CUSTOMER, all in the same transaction.';
ALTER FUNCTION erp.sales_order_effects() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.sales_order_effects() FROM PUBLIC;
