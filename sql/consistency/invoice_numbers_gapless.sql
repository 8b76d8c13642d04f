CREATE OR REPLACE VIEW erp.invariant_invoice_numbers_gapless AS
SELECT format('series %s: last number %s, documents %s', s.prefix, s.last_number, d.documents) AS detail
FROM erp.document_series AS s
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE CASE WHEN n.number ~ '^[0-9]+$' THEN n.number::numeric BETWEEN 1 AND s.last_number END) AS documents, count(*) AS total
    FROM erp.invoices AS i
    CROSS JOIN LATERAL (SELECT substr(i.invoice_number, length(s.prefix) + 1) AS number) AS n
    WHERE i.company_id = s.company_id
    AND i.direction = 'customer'
    AND i.document_type = s.document_type
    AND i.invoice_number LIKE replace(s.prefix, '_', '\_') || '%'
) AS d
WHERE s.last_number <> d.documents
OR d.total <> d.documents;
COMMENT ON VIEW erp.invariant_invoice_numbers_gapless IS 'Each number of a series given out is on exactly one document.';
ALTER VIEW erp.invariant_invoice_numbers_gapless OWNER TO erp_owner;
