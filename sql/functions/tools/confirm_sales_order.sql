CREATE OR REPLACE FUNCTION agent.tool_confirm_sales_order(args jsonb, context jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_order_id bigint := erp.payload_order_id(args);
    v_order record;
BEGIN
    -- Lock order: customer first, then the order.
    PERFORM FROM erp.customers WHERE customer_id = (SELECT customer_id FROM erp.sales_orders WHERE sales_order_id = v_order_id)
    FOR NO KEY UPDATE;
    SELECT order_status INTO v_order FROM erp.sales_orders WHERE sales_order_id = v_order_id FOR NO KEY UPDATE;
    IF v_order.order_status = 'draft' THEN
        UPDATE erp.sales_orders SET order_status = 'confirmed' WHERE sales_order_id = v_order_id;
    ELSIF v_order.order_status = 'cancelled' THEN
        RAISE EXCEPTION 'order % is cancelled', v_order_id
            USING ERRCODE = 'RP310', DETAIL = jsonb_build_object('sales_order_id', v_order_id)::text, HINT = 'make a new order';
    END IF;
    RETURN (
        SELECT jsonb_build_object(
            'sales_order_id', o.sales_order_id, 'order_status', o.order_status, 'total_invoice_value', o.total_invoice_value,
            'financial_amount', o.total_base_value, 'currency', o.currency_code)
        FROM erp.sales_orders AS o
        WHERE o.sales_order_id = v_order_id);
END
$function$;
COMMENT ON FUNCTION agent.tool_confirm_sales_order(jsonb, jsonb) IS
'Tool: releases a draft order; an order already released is answered with its status. Refused with the reason of the check or rule that fails. Locks customer, then order.';
ALTER FUNCTION agent.tool_confirm_sales_order(jsonb, jsonb) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.tool_confirm_sales_order(jsonb, jsonb) FROM PUBLIC;
