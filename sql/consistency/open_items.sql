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
WHERE p.amount_unallocated <> p.amount - a.allocated;
COMMENT ON VIEW erp.invariant_open_items IS 'What is open of an invoice or payment is its amount less its allocations.';
ALTER VIEW erp.invariant_open_items OWNER TO erp_owner;
