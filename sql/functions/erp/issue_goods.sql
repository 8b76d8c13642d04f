CREATE OR REPLACE FUNCTION erp.issue_goods(sales_order_id bigint, shipped_on date DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_order record;
    v_shipped_on date;
    v_posted_on date;
    v_pieces jsonb;
    v_wanted numeric;
    v_found numeric;
    v_value numeric;
    v_minor_unit integer;
    v_transaction_id bigint;
    v_shipment_id bigint;
BEGIN
    -- Customer first, as everywhere: the issue moves the customer's exposure.
    PERFORM
    FROM erp.customers AS c
    WHERE c.customer_id = (SELECT o.customer_id FROM erp.sales_orders AS o WHERE o.sales_order_id = issue_goods.sales_order_id)
    FOR NO KEY UPDATE;
    SELECT o.* INTO v_order FROM erp.sales_orders AS o WHERE o.sales_order_id = issue_goods.sales_order_id FOR NO KEY UPDATE;
    IF NOT FOUND OR v_order.order_status <> 'confirmed' THEN
        RAISE EXCEPTION 'order % is %: only confirmed orders leave the warehouse', issue_goods.sales_order_id, COALESCE(v_order.order_status, 'unknown')
            USING ERRCODE = 'RP310',
            DETAIL = jsonb_build_object('sales_order_id', issue_goods.sales_order_id, 'order_status', v_order.order_status)::text,
            HINT = 'release the order first', TABLE = 'sales_orders', SCHEMA = 'erp';
    END IF;
    v_shipped_on := COALESCE(issue_goods.shipped_on, v_order.delivery_date, greatest(erp.today(v_order.company_id), v_order.order_creation_date));
    PERFORM erp.check_document_date(v_order.company_id, v_shipped_on);
    v_posted_on := erp.first_open_day(v_order.company_id, v_shipped_on, 'inventory');
    SELECT c.minor_unit INTO v_minor_unit
    FROM erp.companies AS m
    JOIN erp.currencies AS c ON c.currency_code = m.base_currency
    WHERE m.company_id = v_order.company_id;
    PERFORM
    FROM erp.inventory AS s
    WHERE (s.product_id, s.warehouse_id) IN (
        SELECT r.product_id, r.warehouse_id
        FROM erp.stock_reservations AS r
        JOIN erp.sales_order_items AS i USING (item_id)
        WHERE i.sales_order_id = v_order.sales_order_id)
    ORDER BY s.product_id, s.warehouse_id
    FOR NO KEY UPDATE;

    -- Picks and layers are laid on one line of quantities per product and warehouse; where they overlap, the pick eats the layer.
    WITH pick AS (
        SELECT
            r.item_id, r.product_id, r.warehouse_id, r.quantity,
            sum(r.quantity) OVER (PARTITION BY r.product_id, r.warehouse_id ORDER BY r.reservation_id) AS upto
        FROM erp.stock_reservations AS r
        JOIN erp.sales_order_items AS i USING (item_id)
        WHERE i.sales_order_id = v_order.sales_order_id
    ), layer AS (
        SELECT
            l.layer_id, l.product_id, l.warehouse_id, l.quantity_remaining, l.value_remaining,
            sum(l.quantity_remaining) OVER (PARTITION BY l.product_id, l.warehouse_id ORDER BY l.received_on, l.layer_id) AS upto
        FROM erp.cost_layers AS l
        WHERE l.is_open
        AND (l.product_id, l.warehouse_id) IN (SELECT p.product_id, p.warehouse_id FROM pick AS p)
    ), piece AS (
        SELECT
            p.item_id, p.product_id, p.warehouse_id, l.layer_id,
            least(p.upto, l.upto) - greatest(p.upto - p.quantity, l.upto - l.quantity_remaining) AS quantity,
            -- Cumulative rounding: the last piece of a layer takes exactly what is left of its value.
            round(l.value_remaining * (least(p.upto, l.upto) - l.upto + l.quantity_remaining) / l.quantity_remaining, v_minor_unit)
            - round(l.value_remaining * (greatest(p.upto - p.quantity, l.upto - l.quantity_remaining) - l.upto + l.quantity_remaining)
                / l.quantity_remaining, v_minor_unit) AS value
        FROM pick AS p
        JOIN layer AS l
            ON l.product_id = p.product_id
            AND l.warehouse_id = p.warehouse_id
            AND p.upto - p.quantity < l.upto
            AND l.upto - l.quantity_remaining < p.upto
    )
    SELECT (SELECT sum(quantity) FROM pick), sum(quantity), sum(value), jsonb_agg(to_jsonb(piece))
    INTO v_wanted, v_found, v_value, v_pieces
    FROM piece;
    IF v_wanted IS NULL THEN
        RAISE EXCEPTION 'order % has nothing reserved to issue', v_order.sales_order_id
            USING ERRCODE = 'RP402', DETAIL = jsonb_build_object('sales_order_id', v_order.sales_order_id)::text,
            HINT = 'its lines are issued already, or wait for stock', TABLE = 'stock_reservations', SCHEMA = 'erp';
    ELSIF v_wanted IS DISTINCT FROM v_found THEN
        RAISE EXCEPTION 'cost layers cover % of % reserved for order %', COALESCE(v_found, 0), v_wanted, v_order.sales_order_id
            USING ERRCODE = 'RP902', DETAIL = jsonb_build_object('sales_order_id', v_order.sales_order_id, 'gap', v_wanted - COALESCE(v_found, 0))::text,
            HINT = 'SELECT * FROM erp.check_consistency(): stock and layers disagree';
    END IF;

    IF v_value > 0 THEN
        v_transaction_id := erp.post_ledger(
            format('Goods issue for order %s', v_order.sales_order_id),
            jsonb_build_array(
                jsonb_build_object('account_code', '5000', 'amount', v_value, 'is_credit', false),
                jsonb_build_object('account_code', '1200', 'amount', v_value, 'is_credit', true)),
            v_posted_on, 'shipment', v_order.sales_order_id::text, NULL, NULL, v_order.company_id);
    END IF;
    INSERT INTO erp.shipments (sales_order_id, shipped_on, transaction_id)
    VALUES (v_order.sales_order_id, v_shipped_on, v_transaction_id)
    RETURNING shipment_id INTO v_shipment_id;

    WITH freed AS (
        DELETE FROM erp.stock_reservations AS r
        USING erp.sales_order_items AS i
        WHERE i.item_id = r.item_id
        AND i.sales_order_id = v_order.sales_order_id
        RETURNING r.product_id, r.warehouse_id, r.quantity
    )
    UPDATE erp.inventory AS s
    SET quantity_reserved = s.quantity_reserved - f.quantity
    FROM (SELECT f.product_id, f.warehouse_id, sum(f.quantity) AS quantity FROM freed AS f GROUP BY f.product_id, f.warehouse_id) AS f
    WHERE s.product_id = f.product_id
    AND s.warehouse_id = f.warehouse_id;

    WITH piece AS (
        SELECT *
        FROM jsonb_to_recordset(v_pieces) AS p (
            item_id bigint, product_id bigint, warehouse_id bigint, layer_id bigint, quantity numeric, value numeric)
    ), moved AS (
        INSERT INTO erp.stock_moves (
            product_id, warehouse_id, move_type, quantity, value, source_document_type, source_document_id, source_line_id,
            transaction_id, moved_on)
        SELECT
            p.product_id, p.warehouse_id, 'issue', -sum(p.quantity), -sum(p.value), 'shipment', v_shipment_id, p.item_id,
            v_transaction_id, v_posted_on
        FROM piece AS p
        GROUP BY p.item_id, p.product_id, p.warehouse_id
        ORDER BY p.product_id, p.warehouse_id
        RETURNING move_id, source_line_id, warehouse_id, quantity
    ), eaten AS (
        INSERT INTO erp.cost_layer_issues (move_id, layer_id, quantity, value)
        SELECT m.move_id, p.layer_id, p.quantity, p.value
        FROM piece AS p
        JOIN moved AS m ON m.source_line_id = p.item_id AND m.warehouse_id = p.warehouse_id
    ), shortened AS (
        UPDATE erp.cost_layers AS l
        SET quantity_remaining = l.quantity_remaining - p.quantity,
            value_remaining = l.value_remaining - p.value
        FROM (SELECT p.layer_id, sum(p.quantity) AS quantity, sum(p.value) AS value FROM piece AS p GROUP BY p.layer_id) AS p
        WHERE l.layer_id = p.layer_id
    )
    INSERT INTO erp.shipment_items (shipment_id, item_id, warehouse_id, quantity, move_id)
    SELECT v_shipment_id, m.source_line_id, m.warehouse_id, -m.quantity, m.move_id
    FROM moved AS m;

    UPDATE erp.sales_order_items AS i
    SET quantity_shipped = i.quantity_shipped + s.quantity,
        quantity_reserved = i.quantity_reserved - s.quantity
    FROM (
        SELECT si.item_id, sum(si.quantity) AS quantity
        FROM erp.shipment_items AS si
        WHERE si.shipment_id = v_shipment_id
        GROUP BY si.item_id
    ) AS s
    WHERE i.item_id = s.item_id;
    RETURN v_shipment_id;
END
$function$;
COMMENT ON FUNCTION erp.issue_goods(bigint, date) IS
'Issues what is reserved for a confirmed order: shipment, stock moves, oldest cost layers first, COGS journal (5000/1200), quantities shipped. In a closed period cost is posted on the first open day, and the shipment keeps its own. Returns shipment_id. RP310 unless confirmed, RP402 when nothing is reserved, RP217 for a day to come. Locks customer, order, then stock in key order.';
ALTER FUNCTION erp.issue_goods(bigint, date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.issue_goods(bigint, date) FROM PUBLIC;
