CREATE OR REPLACE VIEW erp.invariant_released_orders_are_covered AS
SELECT format('order %s is confirmed, but line %s has %s neither reserved, shipped nor cancelled', o.sales_order_id, i.line_number,
    i.quantity - i.quantity_reserved - i.quantity_shipped - i.quantity_cancelled) AS detail
FROM erp.sales_orders AS o
JOIN erp.sales_order_items AS i USING (sales_order_id)
WHERE o.order_status IN ('confirmed', 'pending_review')
AND i.quantity <> i.quantity_reserved + i.quantity_shipped + i.quantity_cancelled;
COMMENT ON VIEW erp.invariant_released_orders_are_covered IS 'Every released order line is reserved, shipped or cancelled in full.';
ALTER VIEW erp.invariant_released_orders_are_covered OWNER TO erp_owner;
