CREATE OR REPLACE FUNCTION erp.release_reservations(p_sales_order_id bigint)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    PERFORM
    FROM erp.inventory AS s
    WHERE (s.product_id, s.warehouse_id) IN (
        SELECT r.product_id, r.warehouse_id
        FROM erp.stock_reservations AS r
        JOIN erp.sales_order_items AS i USING (item_id)
        WHERE i.sales_order_id = p_sales_order_id)
    ORDER BY s.product_id, s.warehouse_id
    FOR NO KEY UPDATE;
    WITH freed AS (
        DELETE FROM erp.stock_reservations AS r
        USING erp.sales_order_items AS i
        WHERE i.item_id = r.item_id
        AND i.sales_order_id = p_sales_order_id
        RETURNING r.product_id, r.warehouse_id, r.quantity
    )
    UPDATE erp.inventory AS s
    SET quantity_reserved = s.quantity_reserved - f.quantity
    FROM (SELECT product_id, warehouse_id, sum(quantity) AS quantity FROM freed GROUP BY product_id, warehouse_id) AS f
    WHERE s.product_id = f.product_id
    AND s.warehouse_id = f.warehouse_id;
    UPDATE erp.sales_order_items SET quantity_reserved = 0 WHERE sales_order_id = p_sales_order_id AND quantity_reserved > 0;
END
$function$;
COMMENT ON FUNCTION erp.release_reservations(bigint) IS
'Gives an order''s reserved stock back. Locks the stock rows in key order.';
ALTER FUNCTION erp.release_reservations(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.release_reservations(bigint) FROM PUBLIC;
