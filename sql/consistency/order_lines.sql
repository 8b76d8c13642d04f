CREATE OR REPLACE VIEW erp.invariant_order_lines AS
SELECT format('order line %s: shipped %s of %s, invoiced %s of %s', i.item_id, i.quantity_shipped, s.total, i.quantity_invoiced, n.total) AS detail
FROM erp.sales_order_items AS i
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(x.quantity), 0) AS total FROM erp.shipment_items AS x WHERE x.item_id = i.item_id
) AS s
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(x.quantity), 0) AS total FROM erp.invoice_items AS x WHERE x.item_id = i.item_id
) AS n
WHERE i.quantity_shipped <> s.total
OR i.quantity_invoiced <> n.total;
COMMENT ON VIEW erp.invariant_order_lines IS 'What a line calls shipped and invoiced is what shipments and invoices say.';
ALTER VIEW erp.invariant_order_lines OWNER TO erp_owner;
