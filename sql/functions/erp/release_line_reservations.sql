CREATE OR REPLACE FUNCTION erp.release_line_reservations(p_item_id bigint)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    PERFORM
    FROM erp.inventory AS s
    WHERE (s.product_id, s.warehouse_id) IN (SELECT r.product_id, r.warehouse_id FROM erp.stock_reservations AS r WHERE r.item_id = p_item_id)
    ORDER BY s.product_id, s.warehouse_id
    FOR NO KEY UPDATE;
    WITH freed AS (
        DELETE FROM erp.stock_reservations
        WHERE item_id = p_item_id
        RETURNING product_id, warehouse_id, quantity
    )
    UPDATE erp.inventory AS s
    SET quantity_reserved = s.quantity_reserved - f.quantity
    FROM freed AS f
    WHERE s.product_id = f.product_id
    AND s.warehouse_id = f.warehouse_id;
END
$function$;
COMMENT ON FUNCTION erp.release_line_reservations(bigint) IS
'Gives the stock reserved for one order line back; the line''s own quantity is its caller''s to set. Locks the stock rows in key order.';
ALTER FUNCTION erp.release_line_reservations(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.release_line_reservations(bigint) FROM PUBLIC;
