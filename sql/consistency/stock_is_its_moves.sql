CREATE OR REPLACE VIEW erp.invariant_stock_is_its_moves AS
SELECT format(
    'product %s in warehouse %s: on hand %s, moves say %s, layers say %s', k.product_id, k.warehouse_id, sum(k.on_hand),
    sum(k.moved), sum(k.layered)) AS detail
FROM (
    SELECT s.product_id, s.warehouse_id, s.quantity_on_hand AS on_hand, 0 AS moved, 0 AS layered FROM erp.inventory AS s
    UNION ALL
    SELECT m.product_id, m.warehouse_id, 0, m.quantity, 0 FROM erp.stock_moves AS m
    UNION ALL
    SELECT l.product_id, l.warehouse_id, 0, 0, l.quantity_remaining FROM erp.cost_layers AS l
) AS k
GROUP BY k.product_id, k.warehouse_id
HAVING sum(k.on_hand) <> sum(k.moved)
OR sum(k.on_hand) <> sum(k.layered);
COMMENT ON VIEW erp.invariant_stock_is_its_moves IS 'Stock on hand is the sum of its moves and of its open cost layers.';
ALTER VIEW erp.invariant_stock_is_its_moves OWNER TO erp_owner;
