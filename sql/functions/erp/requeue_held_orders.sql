CREATE OR REPLACE FUNCTION erp.requeue_held_orders(p_cause text, p_cause_id bigint, p_customer_id bigint, p_product_ids bigint[])
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_count bigint;
BEGIN
    INSERT INTO agent.task_events (event_type, payload, idempotency_key)
    SELECT
        'ORDER_NEGOTIATION',
        jsonb_build_object('sales_order_id', o.sales_order_id, 'requeued_by', p_cause),
        format('requeue:%s:%s:%s', o.sales_order_id, p_cause, p_cause_id)
    FROM erp.sales_orders AS o
    WHERE o.order_status = 'draft'
    -- What a person refused comes back only by a person.
    AND o.hold_reason_code IS DISTINCT FROM 'RP507'
    -- A draft just being judged may be refused on what has changed now: its event queues behind the one in work.
    AND (o.hold_reason_code IS NOT NULL OR EXISTS (
        SELECT FROM agent.task_events AS e
        WHERE e.subject_key = 'sales_order:' || o.sales_order_id AND e.status = 'processing'))
    AND (p_customer_id IS NULL OR o.customer_id = p_customer_id)
    AND (p_product_ids IS NULL OR (
        COALESCE(o.hold_reason_code, 'RP4') LIKE 'RP4%'
        AND EXISTS (
            SELECT FROM erp.sales_order_items AS i
            WHERE i.sales_order_id = o.sales_order_id AND i.product_id = ANY (p_product_ids))))
    ORDER BY o.sales_order_id
    ON CONFLICT (idempotency_key) DO NOTHING;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$function$;
COMMENT ON FUNCTION erp.requeue_held_orders(text, bigint, bigint, bigint[]) IS
'Queues orders of a customer, or held for stock of some products, once per cause: those held, and those in work whose answer may be older than the cause. An order that a person refused (RP507) stays. Returns how many.';
ALTER FUNCTION erp.requeue_held_orders(text, bigint, bigint, bigint[]) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.requeue_held_orders(text, bigint, bigint, bigint[]) FROM PUBLIC;
