CREATE OR REPLACE FUNCTION agent.tool_hold_sales_order(args jsonb, context jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_order_id bigint := erp.payload_order_id(args);
    v_refused record;
BEGIN
    -- The reason is what the database refused in this task, not what the caller says it was.
    SELECT sqlstate, reason, detail INTO v_refused
    FROM agent.authorization_logs
    WHERE task_id = (context ->> 'task_id')::bigint
    AND NOT was_authorized
    ORDER BY log_id DESC
    LIMIT 1;
    UPDATE erp.sales_orders
    SET hold_reason_code = COALESCE(v_refused.sqlstate, args ->> 'reason_code', 'RP399'),
        hold_reason = COALESCE(v_refused.reason, args ->> 'message', 'held by the agent'),
        hold_detail = v_refused.detail,
        held_at = erp.now()
    WHERE sales_order_id = v_order_id
    AND order_status = 'draft';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'order % is no draft: it cannot be held', v_order_id
            USING ERRCODE = 'RP310', DETAIL = jsonb_build_object('sales_order_id', v_order_id)::text, HINT = 'cancel or return it';
    END IF;
    RETURN (
        SELECT jsonb_build_object(
            'sales_order_id', o.sales_order_id, 'order_status', o.order_status, 'hold_reason_code', o.hold_reason_code,
            'hold_reason', o.hold_reason, 'gap', o.hold_detail -> 'gap')
        FROM erp.sales_orders AS o
        WHERE o.sales_order_id = v_order_id);
END
$function$;
COMMENT ON FUNCTION agent.tool_hold_sales_order(jsonb, jsonb) IS
'Tool: holds a draft order with the reason and gap of the last refusal in this task. RP310 unless it is a draft.';
ALTER FUNCTION agent.tool_hold_sales_order(jsonb, jsonb) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.tool_hold_sales_order(jsonb, jsonb) FROM PUBLIC;
