CREATE OR REPLACE FUNCTION erp.create_sales_order(payload jsonb, agent_id bigint DEFAULT NULL, source_event_id bigint DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_customer_id bigint;
    v_order_id bigint;
    v_fault record;
BEGIN
    -- items is a synonym that shops and forms use for lines.
    IF payload ? 'items' AND NOT payload ? 'lines' THEN
        payload := payload - 'items' || jsonb_build_object('lines', payload -> 'items');
    END IF;
    v_customer_id := erp.resolve_customer(payload);
    IF jsonb_typeof(payload -> 'lines') IS DISTINCT FROM 'array' OR jsonb_array_length(payload -> 'lines') = 0 THEN
        RAISE EXCEPTION 'lines: at least one line is needed'
            USING ERRCODE = 'RP010', DETAIL = jsonb_build_object('path', 'lines')::text,
            HINT = 'add lines: [{"sku": ..., "quantity": ...}]';
    END IF;
    SELECT l.ordinality - 1 AS line_position, fault.path, fault.message INTO v_fault
    FROM jsonb_array_elements(payload -> 'lines') WITH ORDINALITY AS l (line, ordinality)
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN jsonb_typeof(l.line) <> 'object' THEN ARRAY['', 'an object is needed']
            WHEN jsonb_typeof(l.line -> 'sku') IS DISTINCT FROM 'string' THEN ARRAY['.sku', 'a text is needed']
            WHEN NOT EXISTS (SELECT FROM erp.products AS p WHERE p.stock_keeping_unit = l.line ->> 'sku')
                THEN ARRAY['.sku', format('unknown product "%s"', left(l.line ->> 'sku', 80))]
            WHEN jsonb_typeof(l.line -> 'quantity') IS DISTINCT FROM 'number' THEN ARRAY['.quantity', 'a number is needed']
            WHEN (l.line ->> 'quantity')::numeric <= 0 OR (l.line ->> 'quantity')::numeric >= 1e12
                THEN ARRAY['.quantity', 'must be greater than 0 and less than 10^12']
            WHEN scale(trim_scale((l.line ->> 'quantity')::numeric)) > 4 THEN ARRAY['.quantity', 'has more than 4 decimals']
            WHEN l.line ? 'unit_price' AND jsonb_typeof(l.line -> 'unit_price') <> 'number' THEN ARRAY['.unit_price', 'a number is needed']
            WHEN (l.line ->> 'unit_price')::numeric < 0 OR (l.line ->> 'unit_price')::numeric >= 1e12
                THEN ARRAY['.unit_price', 'must be at least 0 and less than 10^12']
            WHEN scale(trim_scale((l.line ->> 'unit_price')::numeric)) > 6 THEN ARRAY['.unit_price', 'has more than 6 decimals']
            WHEN l.line ? 'discount_percent' AND jsonb_typeof(l.line -> 'discount_percent') <> 'number'
                THEN ARRAY['.discount_percent', 'a number is needed']
            WHEN (l.line ->> 'discount_percent')::numeric NOT BETWEEN 0 AND 100 THEN ARRAY['.discount_percent', 'must be between 0 and 100']
            WHEN scale(trim_scale((l.line ->> 'discount_percent')::numeric)) > 4 THEN ARRAY['.discount_percent', 'has more than 4 decimals']
            WHEN l.line ? 'warehouse' AND NOT EXISTS (SELECT FROM erp.warehouses AS w WHERE w.facility_name = l.line ->> 'warehouse')
                THEN ARRAY['.warehouse', format('unknown warehouse "%s"', left(COALESCE(l.line ->> 'warehouse', 'null'), 80))]
        END AS fault
    ) AS judged
    CROSS JOIN LATERAL (SELECT judged.fault[1] AS path, judged.fault[2] AS message) AS fault
    WHERE judged.fault IS NOT NULL
    ORDER BY l.ordinality
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'lines[%]%: %', v_fault.line_position, v_fault.path, v_fault.message
            USING ERRCODE = 'RP010',
            DETAIL = jsonb_build_object('path', format('lines[%s]%s', v_fault.line_position, v_fault.path))::text,
            HINT = 'correct the payload and insert the event again';
    END IF;

    INSERT INTO erp.sales_orders (
        customer_id, customer_reference, source_event_id, closing_agent_id, discount_percent, currency_code, shipping_address, ship_to_country,
        order_creation_date, required_delivery_date, delivery_date, fulfilment_mode, notes, rounding_policy)
    VALUES (
        v_customer_id, payload ->> 'reference', create_sales_order.source_event_id, create_sales_order.agent_id,
        erp.payload_number(payload, 'discount_percent', 0, 100), erp.payload_currency(payload),
        COALESCE(payload ->> 'shipping_address', ''), erp.payload_country(payload),
        erp.payload_date(payload, 'order_date'), erp.payload_date(payload, 'required_delivery_date'),
        erp.payload_date(payload, 'delivery_date'),
        CASE WHEN payload ->> 'fulfilment' = 'on_request' THEN 'on_request' ELSE 'immediate' END,
        payload ->> 'notes', NULL)
    RETURNING sales_order_id INTO v_order_id;
    INSERT INTO erp.sales_order_items (sales_order_id, line_number, product_id, warehouse_id, quantity, unit_price, discount_percent)
    SELECT
        v_order_id, l.ordinality, p.product_id, w.warehouse_id, (l.line ->> 'quantity')::numeric,
        (l.line ->> 'unit_price')::numeric, (l.line ->> 'discount_percent')::numeric
    FROM jsonb_array_elements(payload -> 'lines') WITH ORDINALITY AS l (line, ordinality)
    JOIN erp.products AS p ON p.stock_keeping_unit = l.line ->> 'sku'
    LEFT JOIN erp.warehouses AS w ON w.facility_name = l.line ->> 'warehouse'
    ORDER BY l.ordinality;
    RETURN v_order_id;
END
$function$;
COMMENT ON FUNCTION erp.create_sales_order(jsonb, bigint, bigint) IS
'Makes a draft order from an event''s payload: customer by id, code, e-mail or name, lines by SKU. Returns sales_order_id. RP010 names the JSON path of what is malformed.';
ALTER FUNCTION erp.create_sales_order(jsonb, bigint, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.create_sales_order(jsonb, bigint, bigint) FROM PUBLIC;
