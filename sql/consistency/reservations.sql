CREATE OR REPLACE VIEW erp.invariant_reservations AS
SELECT format('product %s in warehouse %s: reserved %s, reservations say %s', s.product_id, s.warehouse_id, s.quantity_reserved, r.total) AS detail
FROM erp.inventory AS s
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(x.quantity), 0) AS total
    FROM erp.stock_reservations AS x
    WHERE x.product_id = s.product_id AND x.warehouse_id = s.warehouse_id
) AS r
WHERE s.quantity_reserved <> r.total
UNION ALL
SELECT format('order line %s: reserved %s, reservations say %s', i.item_id, i.quantity_reserved, r.total)
FROM erp.sales_order_items AS i
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(x.quantity), 0) AS total FROM erp.stock_reservations AS x WHERE x.item_id = i.item_id
) AS r
WHERE i.quantity_reserved <> r.total;
COMMENT ON VIEW erp.invariant_reservations IS 'What stock and order lines call reserved is what the reservations say.';
ALTER VIEW erp.invariant_reservations OWNER TO erp_owner;
