CREATE OR REPLACE FUNCTION erp.sales_order_moved()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    -- Touching a line determines its list price and tax anew; a draft's price follows the list unless it was agreed.
    UPDATE erp.sales_order_items
    SET unit_price = CASE WHEN NEW.order_status = 'draft' AND price_origin <> 'order' THEN NULL ELSE unit_price END
    WHERE sales_order_id = NEW.sales_order_id;
    PERFORM erp.refresh_sales_order(NEW.sales_order_id, false);
    IF NEW.delivery_date IS DISTINCT FROM OLD.delivery_date THEN
        PERFORM erp.schedule_goods_issue(NEW.sales_order_id);
    END IF;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.sales_order_moved() IS
'Row trigger after date, country, delivery date or rounding of an order changed: its lines are priced, taxed and added up anew, and its goods wait for the new day.';
ALTER FUNCTION erp.sales_order_moved() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.sales_order_moved() FROM PUBLIC;
