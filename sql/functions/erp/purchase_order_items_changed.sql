CREATE OR REPLACE FUNCTION erp.purchase_order_items_changed()
RETURNS trigger
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_orders bigint[];
    v_order_id bigint;
BEGIN
    -- Each operation has its own transition tables, so each names its own set.
    IF TG_OP = 'INSERT' THEN
        v_orders := ARRAY(SELECT n.purchase_order_id FROM new_items AS n);
    ELSIF TG_OP = 'DELETE' THEN
        v_orders := ARRAY(SELECT o.purchase_order_id FROM old_items AS o);
    ELSE
        -- Receipts and bills change no total.
        v_orders := ARRAY(
            SELECT u.id
            FROM new_items AS n
            JOIN old_items AS o USING (item_id)
            CROSS JOIN LATERAL (VALUES (n.purchase_order_id), (o.purchase_order_id)) AS u (id)
            WHERE (n.purchase_order_id, n.quantity_ordered, n.quantity_cancelled, n.agreed_unit_price, n.tax_rate)
                IS DISTINCT FROM (o.purchase_order_id, o.quantity_ordered, o.quantity_cancelled, o.agreed_unit_price, o.tax_rate));
    END IF;
    -- The total itself is taken from the lines before the row is written, and judged by the gate after. Locks the orders in key order.
    FOR v_order_id IN SELECT DISTINCT u.id FROM unnest(v_orders) AS u (id) ORDER BY 1 LOOP
        UPDATE erp.purchase_orders SET updated_at = clock_timestamp() WHERE purchase_order_id = v_order_id;
    END LOOP;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.purchase_order_items_changed() IS
'Statement trigger on purchase order lines: has their orders'' totals made anew and judged again.';
ALTER FUNCTION erp.purchase_order_items_changed() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.purchase_order_items_changed() FROM PUBLIC;
