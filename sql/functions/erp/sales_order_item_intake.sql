CREATE OR REPLACE FUNCTION erp.sales_order_item_intake()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_order record;
    v_list record;
BEGIN
    -- Lock order: customer, then order. A draft moves no money yet, so its customer is left alone.
    PERFORM
    FROM erp.customers AS c
    WHERE c.customer_id = (
        SELECT o.customer_id
        FROM erp.sales_orders AS o
        WHERE o.sales_order_id = NEW.sales_order_id
        AND o.order_status <> 'draft')
    FOR NO KEY UPDATE;
    SELECT o.*, c.tax_status, t.discount_percent AS tier_discount
    INTO v_order
    FROM erp.sales_orders AS o
    JOIN erp.customers AS c USING (customer_id)
    JOIN erp.customer_tiers AS t USING (customer_tier)
    WHERE o.sales_order_id = NEW.sales_order_id
    FOR NO KEY UPDATE OF o;
    IF NOT FOUND THEN
        RETURN NEW;
    END IF;
    -- Cancelling an order cancels its lines, and nothing else of them.
    IF v_order.order_status = 'cancelled' AND TG_OP = 'UPDATE'
        AND NEW.quantity_cancelled = NEW.quantity AND OLD.quantity_cancelled < OLD.quantity
        AND to_jsonb(NEW) - 'quantity_cancelled' - 'line_total' = to_jsonb(OLD) - 'quantity_cancelled' - 'line_total'
    THEN
        RETURN NEW;
    END IF;
    IF v_order.order_status NOT IN ('draft', 'confirmed', 'pending_review')
        OR (TG_OP = 'UPDATE' AND (NEW.sales_order_id <> OLD.sales_order_id OR NEW.quantity_cancelled < OLD.quantity_cancelled))
    THEN
        RAISE EXCEPTION 'order % is %: its lines are fixed', NEW.sales_order_id, v_order.order_status
            USING ERRCODE = 'RP311',
            DETAIL = jsonb_build_object('sales_order_id', NEW.sales_order_id, 'order_status', v_order.order_status)::text,
            HINT = 'make a new order, a return or a credit note', TABLE = 'sales_order_items', SCHEMA = 'erp';
    END IF;
    SELECT * INTO v_list
    FROM erp.list_price(NEW.product_id, v_order.customer_id, v_order.currency_code, v_order.exchange_rate, v_order.order_creation_date);
    NEW.list_price := v_list.unit_price;
    IF TG_OP = 'INSERT' THEN
        NEW.line_number := COALESCE(NEW.line_number, (
            SELECT COALESCE(max(line_number), 0) + 1 FROM erp.sales_order_items WHERE sales_order_id = NEW.sales_order_id));
        NEW.quantity_reserved := 0;
        NEW.quantity_shipped := 0;
        NEW.quantity_invoiced := 0;
        NEW.quantity_returned := 0;
        NEW.quantity_cancelled := 0;
    ELSE
        -- Another product has another price, unless the line's own was agreed.
        IF NEW.product_id <> OLD.product_id AND OLD.price_origin <> 'order' AND NEW.unit_price = OLD.unit_price THEN
            NEW.unit_price := NULL;
        END IF;
        -- What was reserved for the line as it was goes back; what it needs now is reserved when its order is judged anew.
        IF OLD.quantity_reserved > 0 AND (
            (NEW.product_id, NEW.warehouse_id) IS DISTINCT FROM (OLD.product_id, OLD.warehouse_id)
            OR NEW.quantity - NEW.quantity_cancelled - NEW.quantity_shipped < OLD.quantity_reserved)
        THEN
            PERFORM erp.release_line_reservations(OLD.item_id);
            NEW.quantity_reserved := 0;
        END IF;
    END IF;
    NEW.price_origin := CASE
        WHEN NEW.unit_price IS NULL OR NEW.unit_price = v_list.unit_price THEN v_list.origin
        ELSE 'order'
    END;
    NEW.unit_price := COALESCE(NEW.unit_price, v_list.unit_price);
    NEW.discount_percent := COALESCE(NEW.discount_percent, v_order.discount_percent);
    IF NEW.discount_percent > v_order.tier_discount AND NEW.agreement_id IS NULL THEN
        SELECT agreement_id INTO NEW.agreement_id
        FROM erp.customer_agreements
        WHERE customer_id = v_order.customer_id
        AND (product_id IS NULL OR product_id = NEW.product_id)
        AND v_order.order_creation_date BETWEEN valid_from AND valid_to
        AND discount_percent >= NEW.discount_percent
        ORDER BY product_id NULLS LAST
        LIMIT 1;
    END IF;
    -- The country's own determination or the general one, never the general one because the own has no rate that day.
    SELECT r.tax_code, r.rate_percent INTO NEW.tax_code, NEW.tax_rate
    FROM erp.tax_rates AS r
    WHERE r.tax_code = (
        SELECT d.tax_code
        FROM erp.products AS p
        JOIN erp.tax_determinations AS d
            ON d.product_tax_class = p.tax_class
            AND d.customer_tax_status = v_order.tax_status
            AND d.country_code IN (v_order.ship_to_country, '*')
        WHERE p.product_id = NEW.product_id
        ORDER BY d.country_code = '*'
        LIMIT 1)
    -- The date of supply decides, not the date on the order: goods leave on their day, or today at the earliest.
    AND COALESCE(v_order.delivery_date, greatest(v_order.order_creation_date, erp.today(v_order.company_id)))
        BETWEEN r.valid_from AND r.valid_to;
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION erp.sales_order_item_intake() IS
'Row trigger before a line is inserted or its product, quantity, price or discount changed: fills price and its origin, discount, agreement and tax; lines of shipped orders are fixed (RP311). Locks the customer of a released order, then the order.';
ALTER FUNCTION erp.sales_order_item_intake() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.sales_order_item_intake() FROM PUBLIC;
