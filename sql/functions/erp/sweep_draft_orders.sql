CREATE OR REPLACE FUNCTION erp.sweep_draft_orders()
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_count bigint;
BEGIN
    INSERT INTO agent.task_events (event_type, payload, idempotency_key)
    SELECT
        'ORDER_NEGOTIATION', jsonb_build_object('sales_order_id', o.sales_order_id),
        -- One key per draft and number of earlier events: two sweeps at once agree on it.
        format('sweep:%s:%s', o.sales_order_id, (
            SELECT count(*)
            FROM agent.task_events AS e
            WHERE e.subject_key = 'sales_order:' || o.sales_order_id AND e.status IN ('completed', 'failed')))
    FROM erp.sales_orders AS o
    WHERE o.order_status = 'draft'
    AND o.hold_reason_code IS NULL
    -- A draft that is being written by hand gets a minute before it is swept up.
    AND o.updated_at < transaction_timestamp() - interval '1 minute'
    AND EXISTS (SELECT FROM erp.sales_order_items AS i WHERE i.sales_order_id = o.sales_order_id)
    AND NOT EXISTS (
        SELECT FROM agent.task_events AS e
        WHERE e.subject_key = 'sales_order:' || o.sales_order_id AND e.status IN ('pending', 'processing'))
    -- What failed last waits for a person; an older failure was followed by something.
    AND COALESCE((
        SELECT e.status
        FROM agent.task_events AS e
        WHERE e.subject_key = 'sales_order:' || o.sales_order_id AND e.status IN ('completed', 'failed')
        ORDER BY e.event_id DESC
        LIMIT 1), '') <> 'failed'
    ORDER BY o.sales_order_id
    ON CONFLICT (idempotency_key) DO NOTHING;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$function$;
COMMENT ON FUNCTION erp.sweep_draft_orders() IS
'Inserts one ORDER_NEGOTIATION for each draft with lines that is not held, has no open event and whose last one did not fail. Run by pg_cron every five minutes; returns how many.';
ALTER FUNCTION erp.sweep_draft_orders() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.sweep_draft_orders() FROM PUBLIC;
