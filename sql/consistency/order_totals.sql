CREATE OR REPLACE VIEW erp.invariant_order_totals AS
SELECT format(
    'order %s: net %s, tax %s, total %s, base %s, uninvoiced %s; lines say %s, %s, %s, %s, %s', o.sales_order_id, o.net_value, o.tax_value,
    o.total_invoice_value, o.total_base_value, o.uninvoiced_base_value, d.net, d.tax, d.net + d.tax, b.total, b.uninvoiced) AS detail
FROM erp.sales_orders AS o
JOIN erp.companies AS m USING (company_id)
JOIN erp.currencies AS c ON c.currency_code = m.base_currency
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(p.net_amount), 0) AS net, COALESCE(sum(p.tax_amount), 0) AS tax
    FROM erp.priced_lines(o.sales_order_id, 'ordered') AS p
) AS d
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(p.net_amount + p.tax_amount), 0) AS total
    FROM erp.priced_lines(o.sales_order_id, 'uninvoiced') AS p
) AS u
CROSS JOIN LATERAL (
    SELECT
        round((d.net + d.tax) * o.exchange_rate, c.minor_unit) AS total,
        round(u.total * o.exchange_rate, c.minor_unit) AS uninvoiced
) AS b
WHERE (o.net_value, o.tax_value, o.total_invoice_value, o.total_base_value, o.uninvoiced_base_value)
    <> (d.net, d.tax, d.net + d.tax, b.total, b.uninvoiced)
UNION ALL
SELECT format('order %s: status %s, lines say %s', o.sales_order_id, o.order_status, d.status)
FROM erp.sales_orders AS o
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN o.order_status IN ('draft', 'pending_review', 'cancelled') AND EXISTS (
            SELECT FROM erp.sales_order_items AS i WHERE i.sales_order_id = o.sales_order_id AND i.quantity_shipped > 0)
            THEN 'goods were issued'
        ELSE erp.derived_order_status(o.sales_order_id, o.order_status)
    END AS status
) AS d
WHERE o.order_status <> d.status;
COMMENT ON VIEW erp.invariant_order_totals IS 'An order''s totals and status follow from its lines and invoices.';
ALTER VIEW erp.invariant_order_totals OWNER TO erp_owner;
