-- Writes company, masters, prices and agreements. What is there already under its key stays as it is.
SELECT pg_advisory_xact_lock(hashtext('headless_erp.import'));

WITH changed AS (
    UPDATE erp.companies AS m
    SET legal_name = COALESCE(r.fields ->> 'legal_name', m.legal_name),
        street_address = COALESCE(r.fields ->> 'street_address', m.street_address),
        country_code = COALESCE(r.fields ->> 'country_code', m.country_code),
        tax_identifier = COALESCE(r.fields ->> 'tax_identifier', m.tax_identifier),
        base_currency = COALESCE(r.fields ->> 'base_currency', m.base_currency),
        time_zone = COALESCE(r.fields ->> 'time_zone', m.time_zone),
        rounding_policy = COALESCE(r.fields ->> 'rounding_policy', m.rounding_policy)
    FROM import_rows AS r
    WHERE r.file_name = 'company'
    AND m.company_id = 1
    RETURNING 1
)
INSERT INTO import_results (file_name, rows_in_file, rows_added)
SELECT 'company', count(*), count(*) FROM changed;

WITH added AS (
    INSERT INTO erp.warehouses (facility_name, location_address, is_climate_controlled, maximum_capacity_volume)
    SELECT
        r.fields ->> 'facility_name', COALESCE(r.fields ->> 'location_address', ''),
        (r.fields ->> 'is_climate_controlled')::boolean, (r.fields ->> 'maximum_capacity_volume')::numeric
    FROM import_rows AS r
    WHERE r.file_name = 'warehouses'
    ORDER BY r.line_number
    ON CONFLICT (facility_name) DO NOTHING
    RETURNING 1
)
INSERT INTO import_results (file_name, rows_in_file, rows_added)
SELECT 'warehouses', (SELECT count(*) FROM import_rows WHERE file_name = 'warehouses'), count(*) FROM added;

WITH added AS (
    INSERT INTO erp.suppliers (
        supplier_code, company_name, contact_email, contact_phone, street_address, country_code, currency_code, payment_terms,
        lead_time_days, is_preferred)
    SELECT
        r.fields ->> 'supplier_code', r.fields ->> 'company_name', r.fields ->> 'contact_email', r.fields ->> 'contact_phone',
        COALESCE(r.fields ->> 'street_address', ''), r.fields ->> 'country_code',
        COALESCE(r.fields ->> 'currency_code', m.base_currency), 'net ' || COALESCE(r.fields ->> 'payment_terms_days', '30'),
        COALESCE((r.fields ->> 'lead_time_days')::integer, 7), COALESCE((r.fields ->> 'is_preferred')::boolean, false)
    FROM import_rows AS r
    JOIN erp.companies AS m ON m.company_id = 1
    WHERE r.file_name = 'suppliers'
    ORDER BY r.line_number
    ON CONFLICT (supplier_code) DO NOTHING
    RETURNING 1
)
INSERT INTO import_results (file_name, rows_in_file, rows_added)
SELECT 'suppliers', (SELECT count(*) FROM import_rows WHERE file_name = 'suppliers'), count(*) FROM added;

WITH added AS (
    INSERT INTO erp.customers (
        customer_code, customer_name, company_name, contact_email, contact_phone, billing_address, country_code, tax_status,
        payment_terms_days, maximum_credit_limit, customer_tier, account_status)
    SELECT
        r.fields ->> 'customer_code', r.fields ->> 'customer_name', r.fields ->> 'company_name', r.fields ->> 'contact_email',
        r.fields ->> 'contact_phone', COALESCE(r.fields ->> 'billing_address', ''), r.fields ->> 'country_code',
        COALESCE(r.fields ->> 'tax_status', 'business'), COALESCE((r.fields ->> 'payment_terms_days')::integer, 30),
        COALESCE((r.fields ->> 'maximum_credit_limit')::numeric, 0), COALESCE(r.fields ->> 'customer_tier', 'standard'),
        COALESCE(r.fields ->> 'account_status', 'active')
    FROM import_rows AS r
    WHERE r.file_name = 'customers'
    ORDER BY r.line_number
    ON CONFLICT (customer_code) DO NOTHING
    RETURNING 1
)
INSERT INTO import_results (file_name, rows_in_file, rows_added)
SELECT 'customers', (SELECT count(*) FROM import_rows WHERE file_name = 'customers'), count(*) FROM added;

WITH added AS (
    INSERT INTO erp.products (
        stock_keeping_unit, product_name, category, standard_unit_cost, standard_sale_price, requires_refrigeration, tax_class,
        unit_of_measure, sold_from, sold_until, description)
    SELECT
        r.fields ->> 'sku', r.fields ->> 'product_name', COALESCE(r.fields ->> 'category', 'general'),
        COALESCE((r.fields ->> 'standard_unit_cost')::numeric, 0), (r.fields ->> 'standard_sale_price')::numeric,
        (r.fields ->> 'requires_refrigeration')::boolean, COALESCE(r.fields ->> 'tax_class', 'standard'),
        COALESCE(r.fields ->> 'unit_of_measure', 'piece'), COALESCE((r.fields ->> 'sold_from')::date, '-infinity'),
        COALESCE((r.fields ->> 'sold_until')::date, 'infinity'), r.fields ->> 'description'
    FROM import_rows AS r
    WHERE r.file_name = 'products'
    ORDER BY r.line_number
    ON CONFLICT (stock_keeping_unit) DO NOTHING
    RETURNING 1
)
INSERT INTO import_results (file_name, rows_in_file, rows_added)
SELECT 'products', (SELECT count(*) FROM import_rows WHERE file_name = 'products'), count(*) FROM added;

-- Dated rows have a natural key with their first day; a period that overlaps another one in the books is refused (23P01).
WITH added AS (
    INSERT INTO erp.supplier_products (
        supplier_id, product_id, supplier_sku, unit_cost, currency_code, minimum_order_quantity, lead_time_days, valid_from, valid_to)
    SELECT
        s.supplier_id, p.product_id, r.fields ->> 'supplier_sku', (r.fields ->> 'unit_cost')::numeric, r.fields ->> 'currency_code',
        COALESCE((r.fields ->> 'minimum_order_quantity')::numeric, 1), (r.fields ->> 'lead_time_days')::integer,
        COALESCE((r.fields ->> 'valid_from')::date, '-infinity'), COALESCE((r.fields ->> 'valid_to')::date, 'infinity')
    FROM import_rows AS r
    JOIN erp.suppliers AS s ON s.supplier_code = r.fields ->> 'supplier_code'
    JOIN erp.products AS p ON p.stock_keeping_unit = r.fields ->> 'sku'
    WHERE r.file_name = 'supplier_products'
    AND NOT EXISTS (
        SELECT
        FROM erp.supplier_products AS e
        WHERE e.supplier_id = s.supplier_id
        AND e.product_id = p.product_id
        AND e.valid_from = COALESCE((r.fields ->> 'valid_from')::date, '-infinity'))
    ORDER BY r.line_number
    RETURNING 1
)
INSERT INTO import_results (file_name, rows_in_file, rows_added)
SELECT 'supplier_products', (SELECT count(*) FROM import_rows WHERE file_name = 'supplier_products'), count(*) FROM added;

WITH added AS (
    INSERT INTO erp.price_lists (product_id, customer_id, currency_code, unit_price, valid_from, valid_to)
    SELECT
        p.product_id, c.customer_id, r.fields ->> 'currency_code', (r.fields ->> 'unit_price')::numeric,
        COALESCE((r.fields ->> 'valid_from')::date, '-infinity'), COALESCE((r.fields ->> 'valid_to')::date, 'infinity')
    FROM import_rows AS r
    JOIN erp.products AS p ON p.stock_keeping_unit = r.fields ->> 'sku'
    LEFT JOIN erp.customers AS c ON c.customer_code = r.fields ->> 'customer_code'
    WHERE r.file_name = 'prices'
    AND NOT EXISTS (
        SELECT
        FROM erp.price_lists AS e
        WHERE e.product_id = p.product_id
        AND e.customer_id IS NOT DISTINCT FROM c.customer_id
        AND e.currency_code = r.fields ->> 'currency_code'
        AND e.valid_from = COALESCE((r.fields ->> 'valid_from')::date, '-infinity'))
    ORDER BY r.line_number
    RETURNING 1
)
INSERT INTO import_results (file_name, rows_in_file, rows_added)
SELECT 'prices', (SELECT count(*) FROM import_rows WHERE file_name = 'prices'), count(*) FROM added;

WITH added AS (
    INSERT INTO erp.customer_agreements (customer_id, product_id, discount_percent, valid_from, valid_to, reason)
    SELECT
        c.customer_id, p.product_id, (r.fields ->> 'discount_percent')::numeric,
        COALESCE((r.fields ->> 'valid_from')::date, '-infinity'), COALESCE((r.fields ->> 'valid_to')::date, 'infinity'),
        r.fields ->> 'reason'
    FROM import_rows AS r
    JOIN erp.customers AS c ON c.customer_code = r.fields ->> 'customer_code'
    LEFT JOIN erp.products AS p ON p.stock_keeping_unit = r.fields ->> 'sku'
    WHERE r.file_name = 'agreements'
    AND NOT EXISTS (
        SELECT
        FROM erp.customer_agreements AS e
        WHERE e.customer_id = c.customer_id
        AND e.product_id IS NOT DISTINCT FROM p.product_id
        AND e.valid_from = COALESCE((r.fields ->> 'valid_from')::date, '-infinity'))
    ORDER BY r.line_number
    RETURNING 1
)
INSERT INTO import_results (file_name, rows_in_file, rows_added)
SELECT 'agreements', (SELECT count(*) FROM import_rows WHERE file_name = 'agreements'), count(*) FROM added;
