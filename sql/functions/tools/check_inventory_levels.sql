CREATE OR REPLACE FUNCTION agent.tool_check_inventory_levels(args jsonb, context jsonb)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT jsonb_build_object('levels', coalesce(jsonb_agg(to_jsonb(l) ORDER BY l.sku, l.warehouse), '[]'))
    FROM (
        SELECT
            p.stock_keeping_unit AS sku,
            p.product_name AS product,
            w.facility_name AS warehouse,
            w.is_climate_controlled,
            i.quantity_on_hand AS on_hand,
            i.quantity_reserved AS reserved,
            i.current_quantity_available AS available,
            i.reorder_point,
            i.current_quantity_available <= i.reorder_point AS is_below_reorder_point
        FROM erp.inventory AS i
        INNER JOIN erp.products AS p ON p.product_id = i.product_id
        INNER JOIN erp.warehouses AS w ON w.warehouse_id = i.warehouse_id
        WHERE p.is_active
        AND (NOT args ? 'sku' OR p.stock_keeping_unit = args ->> 'sku')
        AND (NOT args ? 'warehouse' OR w.facility_name = args ->> 'warehouse')
        AND (NOT coalesce((args ->> 'only_below_reorder_point')::boolean, false) OR i.current_quantity_available <= i.reorder_point)
        ORDER BY p.stock_keeping_unit, w.facility_name
        LIMIT 500
    ) AS l
$function$;
COMMENT ON FUNCTION agent.tool_check_inventory_levels(jsonb, jsonb) IS
'Tool: stock on hand, reserved and available per product and warehouse, at most 500 rows.';
ALTER FUNCTION agent.tool_check_inventory_levels(jsonb, jsonb) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.tool_check_inventory_levels(jsonb, jsonb) FROM PUBLIC;
