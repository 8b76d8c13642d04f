-- Posts stock, open items and balances of the old books. What was opened before is passed over: stock by product and
-- warehouse, items by number, balances by account.
SELECT erp.ensure_fiscal_year(m.company_id, named.fiscal_year)
FROM erp.companies AS m
JOIN (
    SELECT DISTINCT
        extract(YEAR FROM (r.fields ->> 'posted_on')::date)::integer
        + CASE WHEN c.fiscal_year_start_month > 1 AND extract(MONTH FROM (r.fields ->> 'posted_on')::date) >= c.fiscal_year_start_month
            THEN 1 ELSE 0 END AS fiscal_year
    FROM import_rows AS r
    CROSS JOIN erp.companies AS c
    WHERE c.company_id = 1
    AND r.fields ? 'posted_on'
) AS named ON m.company_id = 1;

CREATE TEMP TABLE import_opened AS
SELECT r.file_name, r.line_number
FROM import_rows AS r
WHERE (r.file_name = 'opening_stock' AND EXISTS (
    SELECT
    FROM erp.stock_moves AS s
    JOIN erp.products AS p USING (product_id)
    JOIN erp.warehouses AS w USING (warehouse_id)
    WHERE s.move_type = 'opening'
    AND p.stock_keeping_unit = r.fields ->> 'sku'
    AND w.facility_name = r.fields ->> 'warehouse'))
OR (r.file_name = 'open_items' AND EXISTS (
    SELECT
    FROM erp.invoices AS i
    LEFT JOIN erp.suppliers AS s USING (supplier_id)
    WHERE i.direction = r.fields ->> 'direction'
    AND lower(regexp_replace(i.invoice_number, '\s', '', 'g')) = lower(regexp_replace(r.fields ->> 'invoice_number', '\s', '', 'g'))
    AND (i.direction = 'customer' OR s.supplier_code = r.fields ->> 'party_code')))
OR (r.file_name = 'opening_balances' AND EXISTS (
    SELECT
    FROM erp.financial_transactions AS t
    JOIN erp.journal_entries AS j USING (transaction_id)
    JOIN erp.accounts AS a USING (account_id)
    WHERE t.source_document_type = 'opening'
    AND a.account_code = r.fields ->> 'account_code'));

SELECT erp.post_opening_stock(
    jsonb_agg(
        jsonb_build_object(
            'sku', r.fields ->> 'sku', 'warehouse', r.fields ->> 'warehouse', 'quantity', (r.fields ->> 'quantity')::numeric,
            'unit_cost', (r.fields ->> 'unit_cost')::numeric)
        ORDER BY r.line_number),
    (r.fields ->> 'posted_on')::date)
FROM import_rows AS r
WHERE r.file_name = 'opening_stock'
AND NOT EXISTS (SELECT FROM import_opened AS o WHERE o.file_name = r.file_name AND o.line_number = r.line_number)
GROUP BY (r.fields ->> 'posted_on')::date;

SELECT erp.post_opening_invoice(
    r.fields ->> 'direction', COALESCE(c.customer_id, s.supplier_id), r.fields ->> 'invoice_number',
    (r.fields ->> 'document_date')::date, (r.fields ->> 'due_date')::date, (r.fields ->> 'gross')::numeric,
    (r.fields ->> 'posted_on')::date)
FROM import_rows AS r
LEFT JOIN erp.customers AS c ON r.fields ->> 'direction' = 'customer' AND c.customer_code = r.fields ->> 'party_code'
LEFT JOIN erp.suppliers AS s ON r.fields ->> 'direction' = 'supplier' AND s.supplier_code = r.fields ->> 'party_code'
WHERE r.file_name = 'open_items'
AND NOT EXISTS (SELECT FROM import_opened AS o WHERE o.file_name = r.file_name AND o.line_number = r.line_number)
ORDER BY r.line_number;

SELECT erp.post_opening_balances(
    jsonb_agg(
        jsonb_strip_nulls(jsonb_build_object(
            'account_code', r.fields ->> 'account_code', 'amount', side.debit + side.credit, 'is_credit', side.credit > 0,
            'memo', r.fields ->> 'memo'))
        ORDER BY r.line_number),
    (r.fields ->> 'posted_on')::date)
FROM import_rows AS r
CROSS JOIN LATERAL (
    SELECT
        COALESCE((r.fields ->> 'debit')::numeric, 0) AS debit,
        COALESCE((r.fields ->> 'credit')::numeric, 0) AS credit
) AS side
WHERE r.file_name = 'opening_balances'
AND NOT EXISTS (SELECT FROM import_opened AS o WHERE o.file_name = r.file_name AND o.line_number = r.line_number)
GROUP BY (r.fields ->> 'posted_on')::date;

INSERT INTO import_results (file_name, rows_in_file, rows_added)
SELECT f.file_name, count(r.line_number), count(r.line_number) - count(o.line_number)
FROM import_files AS f
LEFT JOIN import_rows AS r USING (file_name)
LEFT JOIN import_opened AS o USING (file_name, line_number)
WHERE f.file_name IN ('opening_stock', 'open_items', 'opening_balances')
GROUP BY f.file_name;
