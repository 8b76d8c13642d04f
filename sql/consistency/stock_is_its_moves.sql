CREATE OR REPLACE VIEW erp.invariant_stock_is_its_moves AS
SELECT format(
    'product %s in warehouse %s: on hand %s, moves say %s, layers say %s', s.product_id, s.warehouse_id, s.quantity_on_hand,
    m.moved, l.layered) AS detail
FROM erp.inventory AS s
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(x.quantity), 0) AS moved
    FROM erp.stock_moves AS x
    WHERE x.product_id = s.product_id AND x.warehouse_id = s.warehouse_id
) AS m
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(x.quantity_remaining), 0) AS layered
    FROM erp.cost_layers AS x
    WHERE x.product_id = s.product_id AND x.warehouse_id = s.warehouse_id
) AS l
WHERE s.quantity_on_hand <> m.moved
OR s.quantity_on_hand <> l.layered;
COMMENT ON VIEW erp.invariant_stock_is_its_moves IS 'Stock on hand is the sum of its moves and of its open cost layers.';
ALTER VIEW erp.invariant_stock_is_its_moves OWNER TO erp_owner;
