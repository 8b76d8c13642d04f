CREATE OR REPLACE FUNCTION erp.reserve_order(p_sales_order_id bigint)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_line record;
    v_place record;
    v_need numeric;
    v_take numeric;
    v_shortages jsonb := '[]';
BEGIN
    -- A line that asks for a warehouse claims a place there first, so that the storage rules judge the pair even at zero stock.
    INSERT INTO erp.inventory (product_id, warehouse_id)
    SELECT DISTINCT i.product_id, i.warehouse_id
    FROM erp.sales_order_items AS i
    WHERE i.sales_order_id = p_sales_order_id
    AND i.warehouse_id IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM erp.inventory AS s WHERE s.product_id = i.product_id AND s.warehouse_id = i.warehouse_id)
    ORDER BY 1, 2
    ON CONFLICT (product_id, warehouse_id) DO NOTHING;
    PERFORM
    FROM erp.inventory
    WHERE product_id IN (SELECT product_id FROM erp.sales_order_items WHERE sales_order_id = p_sales_order_id)
    ORDER BY product_id, warehouse_id
    FOR NO KEY UPDATE;

    FOR v_line IN
        SELECT
            i.item_id, i.product_id, i.warehouse_id, p.stock_keeping_unit, p.requires_refrigeration,
            i.quantity - i.quantity_cancelled - i.quantity_shipped - i.quantity_reserved AS missing
        FROM erp.sales_order_items AS i
        JOIN erp.products AS p USING (product_id)
        WHERE i.sales_order_id = p_sales_order_id
        AND i.quantity - i.quantity_cancelled - i.quantity_shipped > i.quantity_reserved
        ORDER BY i.line_number
    LOOP
        v_need := v_line.missing;
        FOR v_place IN
            SELECT s.warehouse_id, s.current_quantity_available
            FROM erp.inventory AS s
            JOIN erp.warehouses AS w USING (warehouse_id)
            WHERE s.product_id = v_line.product_id
            AND s.current_quantity_available > 0
            AND w.is_active
            AND (s.warehouse_id = v_line.warehouse_id
                OR (v_line.warehouse_id IS NULL AND (w.is_climate_controlled OR NOT v_line.requires_refrigeration)))
            ORDER BY
                s.current_quantity_available >= v_line.missing DESC,
                w.is_climate_controlled = v_line.requires_refrigeration DESC,
                s.warehouse_id
        LOOP
            EXIT WHEN v_need = 0;
            v_take := least(v_need, v_place.current_quantity_available);
            UPDATE erp.inventory
            SET quantity_reserved = quantity_reserved + v_take
            WHERE product_id = v_line.product_id
            AND warehouse_id = v_place.warehouse_id;
            INSERT INTO erp.stock_reservations AS r (item_id, product_id, warehouse_id, quantity)
            VALUES (v_line.item_id, v_line.product_id, v_place.warehouse_id, v_take)
            ON CONFLICT (item_id, warehouse_id) DO UPDATE SET quantity = r.quantity + excluded.quantity;
            v_need := v_need - v_take;
        END LOOP;
        IF v_need > 0 THEN
            v_shortages := v_shortages || jsonb_build_object(
                'sku', v_line.stock_keeping_unit, 'wanted', v_line.missing, 'available', v_line.missing - v_need, 'gap', v_need);
        END IF;
    END LOOP;
    IF v_shortages <> '[]' THEN
        RAISE EXCEPTION 'not enough stock of %', (SELECT string_agg(s ->> 'sku', ', ') FROM jsonb_array_elements(v_shortages) AS s)
            USING ERRCODE = 'RP402',
            DETAIL = jsonb_build_object('sales_order_id', p_sales_order_id, 'lines', v_shortages, 'gap', (v_shortages -> 0 ->> 'gap')::numeric)::text,
            HINT = 'lower the quantity by the gap, name another warehouse, or wait for a receipt: the order is queued again then',
            TABLE = 'inventory', SCHEMA = 'erp';
    END IF;
    UPDATE erp.sales_order_items AS i
    SET quantity_reserved = i.quantity - i.quantity_cancelled - i.quantity_shipped
    WHERE i.sales_order_id = p_sales_order_id
    AND i.quantity - i.quantity_cancelled - i.quantity_shipped > i.quantity_reserved;
END
$function$;
COMMENT ON FUNCTION erp.reserve_order(bigint) IS
'Reserves what the order''s lines still need: the warehouse asked for, else fitting ones, whole from one place where possible. Locks the stock rows in key order. RP402 with the gap of each short line; storage is judged by the rules on inventory.';
ALTER FUNCTION erp.reserve_order(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.reserve_order(bigint) FROM PUBLIC;
