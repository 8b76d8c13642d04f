CREATE OR REPLACE VIEW erp.invariant_order_totals AS
SELECT format('order %s: total %s, lines say %s, status %s, lines say %s', o.sales_order_id, o.total_invoice_value, d.total, o.order_status, d.status) AS detail
FROM erp.sales_orders AS o
CROSS JOIN LATERAL (
    SELECT
        COALESCE((SELECT sum(p.net_amount + p.tax_amount) FROM erp.priced_lines(o.sales_order_id, 'ordered') AS p), 0) AS total,
        erp.derived_order_status(o.sales_order_id, o.order_status) AS status
) AS d
WHERE o.total_invoice_value <> d.total
OR o.order_status <> d.status;
COMMENT ON VIEW erp.invariant_order_totals IS 'An order''s total and status follow from its lines and invoices.';
ALTER VIEW erp.invariant_order_totals OWNER TO erp_owner;
