CREATE OR REPLACE VIEW erp.invariant_invoices_add_up AS
SELECT format('invoice %s: net %s tax %s, lines say %s and %s', i.invoice_number, i.net_total, i.tax_total, l.net, l.tax) AS detail
FROM erp.invoices AS i
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(x.net_amount), 0) AS net, COALESCE(sum(x.tax_amount), 0) AS tax, count(*) AS line_count
    FROM erp.invoice_items AS x
    WHERE x.invoice_id = i.invoice_id
) AS l
WHERE (l.line_count > 0 OR i.sales_order_id IS NOT NULL)
AND (i.net_total <> l.net OR i.tax_total <> l.tax)
UNION ALL
SELECT format('invoice %s: gross %s, journal %s says %s', i.invoice_number, i.base_gross_total, i.transaction_id, j.total)
FROM erp.invoices AS i
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(CASE i.direction WHEN 'customer' THEN x.signed_base_amount ELSE -x.signed_base_amount END), 0) AS total
    FROM erp.journal_entries AS x
    JOIN erp.accounts AS a USING (account_id)
    WHERE x.transaction_id = i.transaction_id AND a.control_of = CASE i.direction WHEN 'customer' THEN 'receivable' ELSE 'payable' END
) AS j
WHERE i.document_type = 'invoice'
AND i.base_gross_total <> j.total;
COMMENT ON VIEW erp.invariant_invoices_add_up IS 'An invoice is the sum of its lines and what its journal posts to receivables or payables.';
ALTER VIEW erp.invariant_invoices_add_up OWNER TO erp_owner;
