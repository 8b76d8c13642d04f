CREATE OR REPLACE FUNCTION erp.sales_order_effects()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_threshold numeric;
    v_hash text;
BEGIN
    IF NEW.order_status IN ('confirmed', 'pending_review') AND OLD.order_status <> NEW.order_status THEN
        PERFORM erp.reserve_order(NEW.sales_order_id);
    END IF;
    IF NEW.order_status = 'pending_review' THEN
        v_hash := erp.order_content_hash(NEW.sales_order_id);
    END IF;
    -- What is asked for is this content; what was asked before is void.
    IF v_hash IS NOT NULL AND NOT EXISTS (
        SELECT FROM agent.approvals
        WHERE kind = 'sales_order' AND subject_type = 'sales_order' AND subject_id = NEW.sales_order_id AND status = 'pending'
        AND details ->> 'content_hash' = v_hash)
    THEN
        PERFORM erp.void_order_approvals(NEW.sales_order_id, 'the order changed');
        v_threshold := erp.sop_number('high_value_invoice_approval_gate', 'threshold');
        INSERT INTO agent.approvals (kind, subject_type, subject_id, amount, currency_code, summary, details, requested_by)
        SELECT
            'sales_order', 'sales_order', NEW.sales_order_id, NEW.total_base_value, m.base_currency,
            format('Order %s of %s over %s', NEW.sales_order_id, c.customer_name, to_char(NEW.total_base_value, 'FM999999999990.00')),
            jsonb_build_object('content_hash', v_hash, 'threshold', v_threshold), session_user
        FROM erp.customers AS c
        JOIN erp.companies AS m ON m.company_id = NEW.company_id
        WHERE c.customer_id = NEW.customer_id;
    END IF;
    IF OLD.order_status <> NEW.order_status THEN
        IF NEW.order_status IN ('cancelled', 'draft') THEN
            PERFORM erp.release_reservations(NEW.sales_order_id);
            PERFORM erp.void_order_approvals(NEW.sales_order_id, 'the order was withdrawn');
        END IF;
        IF NEW.order_status = 'cancelled' THEN
            UPDATE erp.sales_order_items SET quantity_cancelled = quantity WHERE sales_order_id = NEW.sales_order_id;
        ELSIF NEW.order_status = 'confirmed' AND OLD.order_status <> 'shipped' AND NEW.delivery_date > erp.today(NEW.company_id) THEN
            -- Goods do not leave tomorrow today: the event waits for the day.
            INSERT INTO agent.task_events (event_type, payload, idempotency_key, run_at)
            SELECT
                'GOODS_SHIPPED', jsonb_build_object('sales_order_id', NEW.sales_order_id),
                format('ship:%s:%s', NEW.sales_order_id, NEW.delivery_date), NEW.delivery_date::timestamp AT TIME ZONE m.time_zone
            FROM erp.companies AS m
            WHERE m.company_id = NEW.company_id
            AND NEW.fulfilment_mode = 'immediate'
            ON CONFLICT (idempotency_key) DO NOTHING;
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
