-- Judges every line of every file before anything is written, and names the first bad one by file and line. RP010.
DO $gather$
DECLARE
    file record;
BEGIN
    FOR file IN SELECT f.file_name FROM import_files AS f LOOP
        -- Dynamic because the table's name is the file's. Line 1 is the header; a quoted field may hold line breaks, so a row's
        -- line is what the rows above it take.
        EXECUTE format($insert$
            INSERT INTO import_rows (file_name, line_number, fields)
            SELECT
                %L,
                1 + row_number() OVER above + COALESCE(sum(row_breaks.count) OVER (
                    ORDER BY t.import_line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0),
                trimmed.fields
            FROM %I AS t
            CROSS JOIN LATERAL (
                SELECT COALESCE(jsonb_object_agg(e.key, btrim(e.value)), '{}') AS fields
                FROM jsonb_each_text(to_jsonb(t) - 'import_line') AS e
                WHERE btrim(e.value) <> ''
            ) AS trimmed
            CROSS JOIN LATERAL (
                SELECT sum(length(e.value) - length(replace(e.value, E'\n', ''))) AS count
                FROM jsonb_each_text(to_jsonb(t) - 'import_line') AS e
            ) AS row_breaks
            WINDOW above AS (ORDER BY t.import_line)
            $insert$, file.file_name, 'import_' || file.file_name);
    END LOOP;
END
$gather$;
ANALYZE import_rows;

CREATE TEMP TABLE import_faults (
    file_name text NOT NULL,
    line_number bigint NOT NULL,
    field text NOT NULL,
    message text NOT NULL
);

-- 1. What each field holds.
INSERT INTO import_faults (file_name, line_number, field, message)
SELECT judged.file_name, judged.line_number, judged.field, judged.message
FROM (
    SELECT
        r.file_name, r.line_number, f.field,
        CASE
            WHEN f.is_required AND v.value IS NULL THEN 'a value is needed'
            WHEN v.value IS NULL THEN NULL
            WHEN length(v.value) > 1000 THEN 'longer than 1000 characters'
            WHEN r.file_name = 'open_items' AND f.field = 'invoice_number' AND r.fields ->> 'direction' = 'customer'
                AND v.value ~ '^(INV|CN)-[0-9]{4}-'
                THEN 'looks like a number of our own series, INV-year- or CN-year-'
            WHEN f.kind = 'number' AND v.value !~ '^[0-9]{1,12}(\.[0-9]{1,6})?$'
                THEN 'a number without sign, at most 12 digits and 6 decimals, is needed'
            WHEN f.kind = 'integer' AND v.value !~ '^[0-9]{1,3}$' THEN 'a whole number from 0 to 999 is needed'
            WHEN f.kind = 'date' AND NOT agent.is_date(v.value) THEN 'a date in the form 2026-01-31 is needed'
            WHEN f.kind = 'boolean' AND v.value !~ '^(true|false|t|f|yes|no|1|0)$' THEN 'true or false is needed'
            WHEN f.kind = 'country' AND v.value !~ '^[A-Z]{2}$' THEN 'an ISO 3166 code of two letters is needed'
            WHEN f.kind = 'currency' AND NOT EXISTS (SELECT FROM erp.currencies AS c WHERE c.currency_code = v.value)
                THEN 'unknown currency: see erp.currencies'
            WHEN f.kind ~ '^\[' AND v.value <> ALL (string_to_array(btrim(f.kind, '[]'), ' '))
                THEN format('one of %s is needed', replace(btrim(f.kind, '[]'), ' ', ', '))
            WHEN f.kind = 'warehouses'
                AND NOT EXISTS (SELECT FROM erp.warehouses AS m WHERE m.facility_name = v.value)
                AND NOT EXISTS (SELECT FROM import_warehouses AS i WHERE btrim(i.facility_name) = v.value)
                THEN 'unknown warehouse'
            WHEN f.kind = 'suppliers'
                AND NOT EXISTS (SELECT FROM erp.suppliers AS m WHERE m.supplier_code = v.value)
                AND NOT EXISTS (SELECT FROM import_suppliers AS i WHERE btrim(i.supplier_code) = v.value)
                THEN 'unknown supplier'
            WHEN f.kind = 'customers'
                AND NOT EXISTS (SELECT FROM erp.customers AS m WHERE m.customer_code = v.value)
                AND NOT EXISTS (SELECT FROM import_customers AS i WHERE btrim(i.customer_code) = v.value)
                THEN 'unknown customer'
            WHEN f.kind = 'products'
                AND NOT EXISTS (SELECT FROM erp.products AS m WHERE m.stock_keeping_unit = v.value)
                AND NOT EXISTS (SELECT FROM import_products AS i WHERE btrim(i.sku) = v.value)
                THEN 'unknown product'
        END AS message
    FROM import_rows AS r
    JOIN import_fields AS f USING (file_name)
    CROSS JOIN LATERAL (SELECT r.fields ->> f.field AS value) AS v
) AS judged
WHERE judged.message IS NOT NULL;

-- 2. The same row twice in one file; e-mail addresses that somebody else has.
INSERT INTO import_faults (file_name, line_number, field, message)
SELECT seen.file_name, seen.line_number, array_to_string(seen.key_fields, ', '), format('the same as line %s', seen.first_line)
FROM (
    SELECT
        r.file_name, r.line_number, k.key_fields,
        min(r.line_number) OVER (PARTITION BY r.file_name, same.key) AS first_line
    FROM import_rows AS r
    JOIN import_files AS k USING (file_name)
    CROSS JOIN LATERAL (
        SELECT array_agg(r.fields ->> p.field ORDER BY p.ordinality) AS key
        FROM unnest(k.key_fields) WITH ORDINALITY AS p (field, ordinality)
    ) AS same
) AS seen
WHERE seen.line_number > seen.first_line;

INSERT INTO import_faults (file_name, line_number, field, message)
SELECT mail.file_name, mail.line_number, 'contact_email', 'another one has this address'
FROM (
    SELECT
        r.file_name, r.line_number, lower(r.fields ->> 'contact_email') AS address,
        COALESCE(r.fields ->> 'customer_code', r.fields ->> 'supplier_code') AS code,
        row_number() OVER (PARTITION BY r.file_name, lower(r.fields ->> 'contact_email') ORDER BY r.line_number) AS occurrence
    FROM import_rows AS r
    WHERE r.file_name IN ('customers', 'suppliers')
    AND r.fields ? 'contact_email'
) AS mail
WHERE mail.occurrence > 1
OR (mail.file_name = 'customers' AND EXISTS (
    SELECT FROM erp.customers AS c WHERE lower(c.contact_email) = mail.address AND c.customer_code IS DISTINCT FROM mail.code))
OR (mail.file_name = 'suppliers' AND EXISTS (
    SELECT FROM erp.suppliers AS s WHERE lower(s.contact_email) = mail.address AND s.supplier_code IS DISTINCT FROM mail.code));

-- 3. What fields say together; only where each alone is well formed.
INSERT INTO import_faults (file_name, line_number, field, message)
SELECT judged.file_name, judged.line_number, judged.fault[1], judged.fault[2]
FROM (
    SELECT
        r.file_name, r.line_number,
        CASE
            WHEN r.file_name = 'company' AND r.fields ->> 'base_currency' <> m.base_currency
                AND EXISTS (SELECT FROM erp.financial_transactions)
                THEN ARRAY['base_currency', 'something is posted already: the base currency is fixed']
            WHEN r.file_name = 'company' AND r.line_number > 2 THEN ARRAY['legal_name', 'there is one company']
            WHEN r.fields ->> 'valid_from' > r.fields ->> 'valid_to' THEN ARRAY['valid_to', 'lies before valid_from']
            WHEN r.fields ->> 'sold_from' > r.fields ->> 'sold_until' THEN ARRAY['sold_until', 'lies before sold_from']
            WHEN r.fields ->> 'document_date' > r.fields ->> 'due_date' THEN ARRAY['due_date', 'lies before document_date']
            WHEN (r.fields ->> 'payment_terms_days')::integer > 365 THEN ARRAY['payment_terms_days', 'more than a year']
            WHEN (r.fields ->> 'discount_percent')::numeric NOT BETWEEN 0.0001 AND 100
                THEN ARRAY['discount_percent', 'must be above 0 and at most 100']
            WHEN scale(trim_scale((r.fields ->> 'discount_percent')::numeric)) > 4 THEN ARRAY['discount_percent', 'has more than 4 decimals']
            WHEN scale(trim_scale((r.fields ->> 'quantity')::numeric)) > 4 THEN ARRAY['quantity', 'has more than 4 decimals']
            WHEN (r.fields ->> 'quantity')::numeric = 0 THEN ARRAY['quantity', 'must be above 0']
            WHEN (r.fields ->> 'gross')::numeric = 0 THEN ARRAY['gross', 'must be above 0']
            WHEN scale(trim_scale((r.fields ->> money.field)::numeric)) > k.minor_unit
                THEN ARRAY[money.field, format('%s has %s decimals', k.currency_code, k.minor_unit)]
            WHEN r.fields ->> 'direction' = 'customer' AND NOT EXISTS (
                    SELECT FROM erp.customers AS c WHERE c.customer_code = r.fields ->> 'party_code')
                AND NOT EXISTS (SELECT FROM import_customers AS i WHERE btrim(i.customer_code) = r.fields ->> 'party_code')
                THEN ARRAY['party_code', 'unknown customer']
            WHEN r.fields ->> 'direction' = 'supplier' AND NOT EXISTS (
                    SELECT FROM erp.suppliers AS s WHERE s.supplier_code = r.fields ->> 'party_code')
                AND NOT EXISTS (SELECT FROM import_suppliers AS i WHERE btrim(i.supplier_code) = r.fields ->> 'party_code')
                THEN ARRAY['party_code', 'unknown supplier']
            WHEN r.file_name <> 'opening_balances' THEN NULL
            WHEN (COALESCE((r.fields ->> 'debit')::numeric, 0) > 0) = (COALESCE((r.fields ->> 'credit')::numeric, 0) > 0)
                THEN ARRAY['debit', 'either debit or credit is needed']
            WHEN a.account_id IS NULL THEN ARRAY['account_code', 'unknown account']
            WHEN a.is_heading OR NOT a.is_active THEN ARRAY['account_code', 'this account takes no postings']
            WHEN a.account_code = '3900' THEN ARRAY['account_code', 'the difference goes there by itself']
            WHEN a.control_of IN ('receivable', 'payable') THEN ARRAY['account_code', 'opens by open_items.csv']
            WHEN a.control_of = 'inventory' THEN ARRAY['account_code', 'opens by opening_stock.csv']
        END AS fault
    FROM import_rows AS r
    CROSS JOIN LATERAL (
        SELECT c.base_currency FROM erp.companies AS c ORDER BY c.company_id LIMIT 1
    ) AS m
    JOIN erp.currencies AS k ON k.currency_code = COALESCE((SELECT btrim(i.base_currency) FROM import_company AS i WHERE btrim(i.base_currency) <> '' LIMIT 1), m.base_currency)
    LEFT JOIN erp.accounts AS a ON a.account_code = r.fields ->> 'account_code'
    CROSS JOIN LATERAL (
        SELECT f.field
        FROM unnest(ARRAY['gross', 'debit', 'credit']) AS f (field)
        ORDER BY COALESCE(scale(trim_scale((r.fields ->> f.field)::numeric)), 0) DESC
        LIMIT 1
    ) AS money
    WHERE NOT EXISTS (SELECT FROM import_faults AS x)
) AS judged
WHERE judged.fault IS NOT NULL;

-- 4. Two periods of one price, discount or offer that overlap within the file; those in the books are judged when applied.
INSERT INTO import_faults (file_name, line_number, field, message)
SELECT later.file_name, later.line_number, 'valid_from', format('its period overlaps that of line %s', min(earlier.line_number))
FROM (
    SELECT
        r.file_name, r.line_number,
        ARRAY[r.fields ->> 'supplier_code', r.fields ->> 'sku', r.fields ->> 'customer_code', r.fields ->> 'currency_code'] AS key,
        daterange((r.fields ->> 'valid_from')::date, (r.fields ->> 'valid_to')::date, '[]') AS period
    FROM import_rows AS r
    WHERE r.file_name IN ('prices', 'agreements', 'supplier_products')
    AND NOT EXISTS (SELECT FROM import_faults)
) AS later
JOIN (
    SELECT
        r.file_name, r.line_number,
        ARRAY[r.fields ->> 'supplier_code', r.fields ->> 'sku', r.fields ->> 'customer_code', r.fields ->> 'currency_code'] AS key,
        daterange((r.fields ->> 'valid_from')::date, (r.fields ->> 'valid_to')::date, '[]') AS period
    FROM import_rows AS r
    WHERE r.file_name IN ('prices', 'agreements', 'supplier_products')
    AND NOT EXISTS (SELECT FROM import_faults)
) AS earlier
    ON earlier.file_name = later.file_name
    AND earlier.key = later.key
    AND earlier.line_number < later.line_number
    AND earlier.period && later.period
GROUP BY later.file_name, later.line_number;

DO $refuse$
DECLARE
    fault record;
BEGIN
    SELECT x.*, r.fields ->> x.field AS found, count(*) OVER () - 1 AS others INTO fault
    FROM import_faults AS x
    JOIN import_files AS f USING (file_name)
    LEFT JOIN import_rows AS r USING (file_name, line_number)
    ORDER BY f.file_position, x.line_number, x.field
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '%.csv line %: %: %', fault.file_name, fault.line_number, fault.field, fault.message
            USING ERRCODE = 'RP010',
            DETAIL = jsonb_build_object('file', fault.file_name || '.csv', 'line', fault.line_number, 'field', fault.field,
                'found', left(fault.found, 80), 'further_faults', fault.others)::text,
            HINT = 'correct the line and import again; nothing was written';
    END IF;
END
$refuse$;
