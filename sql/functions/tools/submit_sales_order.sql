CREATE OR REPLACE FUNCTION agent.tool_submit_sales_order(args jsonb, context jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_order_id bigint := erp.create_sales_order(args, (context ->> 'agent_id')::bigint, (context ->> 'task_id')::bigint);
BEGIN
    -- From here on the event is about this order: what changes for it meanwhile queues behind the event.
    UPDATE agent.task_events SET subject_key = 'sales_order:' || v_order_id WHERE event_id = (context ->> 'task_id')::bigint;
    RETURN (
        SELECT jsonb_build_object(
            'sales_order_id', o.sales_order_id, 'customer_id', o.customer_id, 'order_status', o.order_status,
            'total_invoice_value', o.total_invoice_value, 'currency', o.currency_code)
        FROM erp.sales_orders AS o
        WHERE o.sales_order_id = v_order_id);
END
$function$;
COMMENT ON FUNCTION agent.tool_submit_sales_order(jsonb, jsonb) IS
'Tool: makes a draft order from customer and lines. RP010 names what is malformed.';
ALTER FUNCTION agent.tool_submit_sales_order(jsonb, jsonb) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.tool_submit_sales_order(jsonb, jsonb) FROM PUBLIC;
