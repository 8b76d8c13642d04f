CREATE OR REPLACE FUNCTION agent.tool_search_products(args jsonb, context jsonb)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT jsonb_build_object('products', coalesce(jsonb_agg(to_jsonb(f) ORDER BY f.sku), '[]'))
    FROM (
        SELECT
            p.stock_keeping_unit AS sku,
            p.product_name AS product,
            p.category,
            p.standard_sale_price,
            p.unit_of_measure,
            p.requires_refrigeration,
            (SELECT coalesce(sum(i.current_quantity_available), 0) FROM erp.inventory AS i WHERE i.product_id = p.product_id) AS available
        FROM erp.products AS p
        WHERE p.is_active
        AND strpos(lower(concat_ws(' ', p.stock_keeping_unit, p.product_name, p.category)), lower(args ->> 'query')) > 0
        ORDER BY p.stock_keeping_unit
        LIMIT coalesce((args ->> 'limit')::integer, 20)
    ) AS f
$function$;
COMMENT ON FUNCTION agent.tool_search_products(jsonb, jsonb) IS
'Tool: active products whose SKU, name or category contains the text, with price and what is available.';
ALTER FUNCTION agent.tool_search_products(jsonb, jsonb) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.tool_search_products(jsonb, jsonb) FROM PUBLIC;
