CREATE OR REPLACE VIEW erp.invariant_customer_balances AS
SELECT format('customer %s: balance %s, documents say %s', c.customer_id, c.current_balance, d.total) AS detail
FROM erp.customers AS c
CROSS JOIN LATERAL (
    SELECT
        COALESCE((
            SELECT sum(CASE i.document_type WHEN 'invoice' THEN i.base_gross_total ELSE -i.base_gross_total END)
            FROM erp.invoices AS i
            WHERE i.customer_id = c.customer_id), 0)
        - COALESCE((SELECT sum(p.base_amount) FROM erp.payments AS p WHERE p.customer_id = c.customer_id), 0)
        + COALESCE((
            SELECT sum(a.base_paid - a.base_settled)
            FROM erp.payment_allocations AS a
            JOIN erp.payments AS p USING (payment_id)
            WHERE p.customer_id = c.customer_id), 0) AS total
) AS d
WHERE c.current_balance <> d.total;
COMMENT ON VIEW erp.invariant_customer_balances IS 'A customer''s balance is what the documents say.';
ALTER VIEW erp.invariant_customer_balances OWNER TO erp_owner;
