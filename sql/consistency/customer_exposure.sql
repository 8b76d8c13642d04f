CREATE OR REPLACE VIEW erp.invariant_customer_exposure AS
SELECT format('customer %s: uninvoiced %s, orders say %s', c.customer_id, c.uninvoiced_order_value, d.total) AS detail
FROM erp.customers AS c
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(o.uninvoiced_base_value), 0) AS total
    FROM erp.sales_orders AS o
    WHERE o.customer_id = c.customer_id
    AND o.order_status IN ('confirmed', 'pending_review', 'shipped')
) AS d
WHERE c.uninvoiced_order_value <> d.total;
COMMENT ON VIEW erp.invariant_customer_exposure IS 'A customer''s uninvoiced order value is what the released orders say.';
ALTER VIEW erp.invariant_customer_exposure OWNER TO erp_owner;
