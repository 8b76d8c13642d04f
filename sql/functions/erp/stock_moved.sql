CREATE OR REPLACE FUNCTION erp.stock_moved()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    INSERT INTO erp.inventory (product_id, warehouse_id)
    SELECT DISTINCT m.product_id, m.warehouse_id
    FROM new_moves AS m
    WHERE NOT EXISTS (SELECT FROM erp.inventory AS s WHERE s.product_id = m.product_id AND s.warehouse_id = m.warehouse_id)
    ORDER BY 1, 2
    ON CONFLICT (product_id, warehouse_id) DO NOTHING;
    PERFORM
    FROM erp.inventory AS s
    WHERE (s.product_id, s.warehouse_id) IN (SELECT m.product_id, m.warehouse_id FROM new_moves AS m)
    ORDER BY s.product_id, s.warehouse_id
    FOR NO KEY UPDATE;
    UPDATE erp.inventory AS s
    SET quantity_on_hand = s.quantity_on_hand + m.quantity
    FROM (SELECT product_id, warehouse_id, sum(quantity) AS quantity FROM new_moves GROUP BY product_id, warehouse_id) AS m
    WHERE s.product_id = m.product_id
    AND s.warehouse_id = m.warehouse_id;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.stock_moved() IS
'Statement trigger on stock moves: inventory stays their sum. Locks the stock rows in key order. A move below zero fails the CHECK on inventory (23514).';
ALTER FUNCTION erp.stock_moved() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.stock_moved() FROM PUBLIC;
