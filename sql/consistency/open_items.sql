CREATE OR REPLACE VIEW erp.invariant_open_items AS
SELECT format('invoice %s: open %s, allocations say %s', i.invoice_number, i.amount_open, i.gross_total - a.allocated) AS detail
FROM erp.invoices AS i
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(p.amount), 0) AS allocated FROM erp.payment_allocations AS p WHERE p.invoice_id = i.invoice_id
) AS a
WHERE i.amount_open <> i.gross_total - a.allocated
UNION ALL
SELECT format('payment %s: unallocated %s, allocations say %s', p.payment_id, p.amount_unallocated, p.amount - a.allocated)
FROM erp.payments AS p
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(x.amount), 0) AS allocated FROM erp.payment_allocations AS x WHERE x.payment_id = p.payment_id
) AS a
WHERE p.amount_unallocated <> p.amount - a.allocated
UNION ALL
SELECT format('invoice %s is settled, but %s of %s remain in base currency', i.invoice_number, i.base_gross_total - a.base_settled, i.base_gross_total)
FROM erp.invoices AS i
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(p.base_settled), 0) AS base_settled FROM erp.payment_allocations AS p WHERE p.invoice_id = i.invoice_id
) AS a
WHERE i.amount_open = 0
AND i.gross_total > 0
AND i.base_gross_total <> a.base_settled
UNION ALL
SELECT format('payment %s is allocated, but %s of %s remain in base currency', p.payment_id, p.base_amount - a.base_paid, p.base_amount)
FROM erp.payments AS p
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(x.base_paid), 0) AS base_paid FROM erp.payment_allocations AS x WHERE x.payment_id = p.payment_id
) AS a
WHERE p.amount_unallocated = 0
AND p.base_amount <> a.base_paid;
COMMENT ON VIEW erp.invariant_open_items IS 'What is open of an invoice or payment is its amount less its allocations; what is settled in full leaves nothing in base currency.';
ALTER VIEW erp.invariant_open_items OWNER TO erp_owner;
