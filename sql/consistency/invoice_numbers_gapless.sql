CREATE OR REPLACE VIEW erp.invariant_invoice_numbers_gapless AS
SELECT format('series %s%s: last number %s, documents %s', s.prefix, s.fiscal_year, s.last_number, d.documents) AS detail
FROM erp.document_series AS s
CROSS JOIN LATERAL (
    SELECT count(*) AS documents
    FROM erp.invoices AS i
    WHERE i.company_id = s.company_id
    AND i.direction = 'customer'
    AND i.document_type = s.document_type
    AND i.invoice_number LIKE replace(s.prefix, '_', '\_') || '%'
) AS d
WHERE s.last_number <> d.documents;
COMMENT ON VIEW erp.invariant_invoice_numbers_gapless IS 'Each number of a series given out is on exactly one document.';
ALTER VIEW erp.invariant_invoice_numbers_gapless OWNER TO erp_owner;
