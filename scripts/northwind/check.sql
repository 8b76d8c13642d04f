-- What the books say about Northwind beside what they must say: one row a figure. The figures wanted are the CSV files' own
-- or the control totals of the data's README.
CREATE TEMP VIEW n_invoiced AS
SELECT
    o.customer_reference::integer AS order_id, i.invoice_id, i.document_date, i.rounding_policy, p.stock_keeping_unit AS sku,
    n.quantity, n.unit_price, n.discount_percent, n.net_amount, n.tax_code, n.tax_amount
FROM erp.invoices AS i
JOIN erp.sales_orders AS o USING (sales_order_id)
JOIN erp.invoice_items AS n USING (invoice_id)
JOIN erp.products AS p USING (product_id);

CREATE TEMP VIEW n_figures (figure, got, wanted) AS
SELECT 'orders taken as events', (
    SELECT count(*)::text FROM agent.task_events WHERE event_type = 'ORDER_NEGOTIATION' AND status = 'completed' AND idempotency_key LIKE 'northwind:%'), '830'
UNION ALL
SELECT 'events refused, held or failed', (
    SELECT count(*)::text FROM agent.task_events WHERE status <> 'completed' AND target_agent IN ('sales_agent', 'finance_agent')), '0'
UNION ALL
SELECT 'customer invoices', (SELECT count(*)::text FROM erp.invoices), '830'
UNION ALL
SELECT 'invoice lines', (SELECT count(*)::text FROM n_invoiced), '2155'
UNION ALL
SELECT 'lines that differ from the CSV in quantity, price, discount or net', (
    SELECT count(*)::text
    FROM n_invoiced AS i
    FULL JOIN n_lines AS l USING (order_id, sku)
    WHERE i.invoice_id IS NULL
    OR l.order_id IS NULL
    OR i.quantity <> l.quantity
    OR i.unit_price <> l.unit_price
    OR i.discount_percent <> l.discount_percent
    OR i.document_date <> l.order_date
    -- The document's rounding difference is on one of its lines.
    OR abs(i.net_amount - l.net) > CASE i.rounding_policy WHEN 'per_line' THEN 0 ELSE 0.03 END), '0'
UNION ALL
SELECT 'net revenue', (SELECT sum(net_amount)::numeric(19, 2)::text FROM n_invoiced),
    CASE (SELECT rounding_policy FROM erp.companies) WHEN 'per_line' THEN '1265793.29' ELSE '1265793.22' END
UNION ALL
SELECT 'net revenue ' || y.order_year, (
    SELECT sum(i.net_amount)::numeric(19, 2)::text FROM n_invoiced AS i WHERE extract(YEAR FROM i.document_date) = y.order_year), y.wanted
FROM (VALUES (1996, '208083.99'), (1997, '617085.35'), (1998, '440623.95')) AS y (order_year, wanted)
WHERE (SELECT rounding_policy FROM erp.companies) = 'per_line'
UNION ALL
SELECT 'untaxed lines, by a matching determination', (SELECT count(*)::text FROM n_invoiced WHERE tax_code = 'UNTAXED' AND tax_amount = 0), '2155'
UNION ALL
SELECT 'orders approved by erp_operator', (
    SELECT count(*)::text FROM agent.approvals WHERE kind = 'sales_order' AND status = 'approved' AND decided_by = 'erp_operator'), '10'
UNION ALL
SELECT 'approved orders not above 10,000, or above it and not approved', (
    SELECT count(*)::text
    FROM (
        SELECT o.customer_reference::integer AS order_id
        FROM agent.approvals AS a
        JOIN erp.sales_orders AS o ON o.sales_order_id = a.subject_id
        WHERE a.kind = 'sales_order'
    ) AS a
    FULL JOIN (SELECT l.order_id FROM n_lines AS l GROUP BY l.order_id HAVING sum(l.net) > 10000) AS w USING (order_id)
    WHERE a.order_id IS NULL OR w.order_id IS NULL), '0'
UNION ALL
SELECT 'discounted lines, each covered by an agreement', (
    SELECT count(*)::text FROM erp.sales_order_items WHERE discount_percent > 0 AND agreement_id IS NOT NULL), '838'
UNION ALL
SELECT 'lines at a dated list price', (SELECT count(*)::text FROM erp.sales_order_items WHERE price_origin = 'price_list'), '2155'
UNION ALL
SELECT 'rules in force', (SELECT count(*)::text FROM agent.constraints WHERE is_active AND mode = 'enforce' AND protected), (
    SELECT count(*)::text FROM agent.constraints WHERE rule_name IS DISTINCT FROM 'double_entry')
UNION ALL
SELECT 'units sold', (SELECT (-sum(quantity))::numeric(19, 0)::text FROM erp.stock_moves WHERE move_type = 'issue'), '51317'
UNION ALL
SELECT 'cold lines shipped from the cold store', (
    SELECT count(*)::text
    FROM erp.shipment_items AS s
    JOIN erp.sales_order_items AS i USING (item_id)
    JOIN erp.products AS p USING (product_id)
    JOIN erp.warehouses AS w ON w.warehouse_id = s.warehouse_id
    WHERE p.requires_refrigeration AND w.is_climate_controlled), '1005'
UNION ALL
SELECT 'ambient lines shipped from the warehouse', (
    SELECT count(*)::text
    FROM erp.shipment_items AS s
    JOIN erp.sales_order_items AS i USING (item_id)
    JOIN erp.products AS p USING (product_id)
    JOIN erp.warehouses AS w ON w.warehouse_id = s.warehouse_id
    WHERE NOT p.requires_refrigeration AND NOT w.is_climate_controlled), '1150'
UNION ALL
SELECT 'products whose stock is not opening less sold', (
    SELECT count(*)::text
    FROM n_goods AS g
    JOIN erp.products AS p ON p.stock_keeping_unit = g.sku
    LEFT JOIN (SELECT product_id, sum(quantity_on_hand) AS on_hand FROM erp.inventory GROUP BY product_id) AS s ON s.product_id = p.product_id
    WHERE COALESCE(s.on_hand, 0) <> g.units_in_stock), '0'
UNION ALL
SELECT 'debits less credits', (SELECT sum(debit - credit)::numeric(19, 2)::text FROM erp.trial_balance()), '0.00'
UNION ALL
SELECT 'receivable: nobody has paid', (SELECT balance::numeric(19, 2)::text FROM erp.trial_balance() WHERE account_code = '1100'), (
    SELECT sum(net_amount)::numeric(19, 2)::text FROM n_invoiced)
UNION ALL
SELECT 'left on 3900 Opening balances', (SELECT COALESCE(sum(balance), 0)::numeric(19, 2)::text FROM erp.trial_balance() WHERE account_code = '3900'), '0.00'
UNION ALL
SELECT 'sub-ledgers that differ from their control account', (SELECT count(*)::text FROM erp.opening_tie_out() WHERE difference <> 0), '0'
UNION ALL
SELECT 'invariants broken', (SELECT count(*)::text FROM erp.check_consistency()), '0';
