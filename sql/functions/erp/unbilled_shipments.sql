CREATE OR REPLACE FUNCTION erp.unbilled_shipments(p_company_id bigint, p_as_of date)
RETURNS TABLE (sales_order_id bigint, quantity numeric, base_value numeric)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN QUERY
    WITH shipped AS (
        SELECT si.item_id, sum(si.quantity) AS quantity
        FROM erp.shipment_items AS si
        JOIN erp.stock_moves AS m ON m.move_id = si.move_id
        WHERE m.moved_on <= p_as_of
        GROUP BY si.item_id
    ), invoiced AS (
        SELECT n.item_id, sum(n.quantity) AS quantity
        FROM erp.invoice_items AS n
        JOIN erp.invoices AS i USING (invoice_id)
        WHERE i.posting_date <= p_as_of
        AND i.document_type = 'invoice'
        AND n.item_id IS NOT NULL
        GROUP BY n.item_id
    )
    SELECT
        o.sales_order_id,
        sum(s.quantity - COALESCE(n.quantity, 0)),
        round(
            sum((s.quantity - COALESCE(n.quantity, 0)) * i.unit_price * (1 - i.discount_percent / 100)) * o.exchange_rate, k.minor_unit)
    FROM shipped AS s
    JOIN erp.sales_order_items AS i ON i.item_id = s.item_id
    JOIN erp.sales_orders AS o ON o.sales_order_id = i.sales_order_id
    JOIN erp.companies AS c ON c.company_id = o.company_id
    JOIN erp.currencies AS k ON k.currency_code = c.base_currency
    LEFT JOIN invoiced AS n ON n.item_id = s.item_id
    WHERE o.company_id = p_company_id
    AND s.quantity > COALESCE(n.quantity, 0)
    GROUP BY o.sales_order_id, k.minor_unit;
END
$function$;
COMMENT ON FUNCTION erp.unbilled_shipments(bigint, date) IS
'Orders of which goods had left by a day and were not invoiced by then: quantity, and net value in base currency at the order''s rate.';
ALTER FUNCTION erp.unbilled_shipments(bigint, date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.unbilled_shipments(bigint, date) FROM PUBLIC;
