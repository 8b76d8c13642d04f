CREATE OR REPLACE FUNCTION agent.tool_issue_goods(args jsonb, context jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_order_id bigint := erp.payload_order_id(args);
    v_shipment_id bigint := erp.issue_goods(v_order_id, erp.payload_date(args, 'shipped_on'));
BEGIN
    RETURN jsonb_build_object('sales_order_id', v_order_id, 'shipment_id', v_shipment_id);
END
$function$;
COMMENT ON FUNCTION agent.tool_issue_goods(jsonb, jsonb) IS
'Tool: issues the reserved goods of a confirmed order that waits for GOODS_SHIPPED.';
ALTER FUNCTION agent.tool_issue_goods(jsonb, jsonb) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.tool_issue_goods(jsonb, jsonb) FROM PUBLIC;
