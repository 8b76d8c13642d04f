CREATE OR REPLACE FUNCTION erp.sales_order_items_changed()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_order_id bigint;
    v_is_content boolean;
BEGIN
    -- Each operation has its own transition table, so each names its own set; reservations alone change no total.
    IF TG_OP = 'INSERT' THEN
        FOR v_order_id IN SELECT DISTINCT sales_order_id FROM new_items ORDER BY 1 LOOP
            PERFORM erp.refresh_sales_order(v_order_id, true);
        END LOOP;
    ELSIF TG_OP = 'DELETE' THEN
        FOR v_order_id IN SELECT DISTINCT sales_order_id FROM old_items ORDER BY 1 LOOP
            PERFORM erp.refresh_sales_order(v_order_id, true);
        END LOOP;
    ELSE
        FOR v_order_id, v_is_content IN
            SELECT n.sales_order_id, bool_or(edited.is_content)
            FROM new_items AS n
            JOIN old_items AS o USING (item_id)
            CROSS JOIN LATERAL (
                SELECT (n.product_id, n.warehouse_id, n.agreement_id, n.quantity, n.unit_price, n.discount_percent, n.tax_code, n.tax_rate)
                    IS DISTINCT FROM
                    (o.product_id, o.warehouse_id, o.agreement_id, o.quantity, o.unit_price, o.discount_percent, o.tax_code, o.tax_rate)
                    AS is_content
            ) AS edited
            WHERE edited.is_content
            OR (n.quantity_shipped, n.quantity_invoiced, n.quantity_cancelled)
                IS DISTINCT FROM (o.quantity_shipped, o.quantity_invoiced, o.quantity_cancelled)
            GROUP BY n.sales_order_id
            ORDER BY n.sales_order_id
        LOOP
            PERFORM erp.refresh_sales_order(v_order_id, v_is_content);
        END LOOP;
    END IF;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.sales_order_items_changed() IS
'Statement trigger on order lines: refreshes totals and status of the orders whose lines changed.';
ALTER FUNCTION erp.sales_order_items_changed() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.sales_order_items_changed() FROM PUBLIC;
