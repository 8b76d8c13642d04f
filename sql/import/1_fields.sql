-- The files an import knows, their fields and what each may hold: the one place that says so. docs/import.md is written by it.
-- Kinds: text, number, integer, date, boolean, country, currency; a list in brackets; or the file whose key it repeats.
CREATE TEMP TABLE import_fields (
    file_name text NOT NULL,
    field text NOT NULL,
    kind text NOT NULL,
    is_required boolean NOT NULL,
    meaning text NOT NULL,
    field_position integer GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (file_name, field)
);
INSERT INTO import_fields (file_name, field, kind, is_required, meaning)
VALUES
('company', 'legal_name', 'text', false, 'name on documents'),
('company', 'street_address', 'text', false, 'address on documents'),
('company', 'country_code', 'country', false, 'where it is taxed'),
('company', 'tax_identifier', 'text', false, 'its tax number'),
('company', 'base_currency', 'currency', false, 'fixed once something is posted'),
('company', 'time_zone', 'text', false, 'its days begin and end there'),
('company', 'rounding_policy', '[per_line per_document]', false, 'how its documents round'),
('warehouses', 'facility_name', 'text', true, 'the warehouse''s name: its key'),
('warehouses', 'location_address', 'text', false, 'where it is'),
('warehouses', 'is_climate_controlled', 'boolean', true, 'whether it may keep what needs refrigeration'),
('warehouses', 'maximum_capacity_volume', 'number', false, 'cubic metres'),
('suppliers', 'supplier_code', 'text', true, 'the supplier''s key'),
('suppliers', 'company_name', 'text', true, 'name'),
('suppliers', 'contact_email', 'text', false, 'unique among suppliers'),
('suppliers', 'contact_phone', 'text', false, 'telephone'),
('suppliers', 'street_address', 'text', false, 'address'),
('suppliers', 'country_code', 'country', true, 'country'),
('suppliers', 'currency_code', 'currency', false, 'of its invoices; the base currency by default'),
('suppliers', 'payment_terms_days', 'integer', false, 'net days, 30 by default'),
('suppliers', 'lead_time_days', 'integer', false, 'days to deliver, 7 by default'),
('suppliers', 'is_preferred', 'boolean', false, 'asked first'),
('customers', 'customer_code', 'text', true, 'the customer''s key'),
('customers', 'customer_name', 'text', true, 'name'),
('customers', 'company_name', 'text', false, 'legal name'),
('customers', 'contact_email', 'text', false, 'unique among customers'),
('customers', 'contact_phone', 'text', false, 'telephone'),
('customers', 'billing_address', 'text', false, 'address'),
('customers', 'country_code', 'country', true, 'country'),
('customers', 'tax_status', 'text', false, 'as in erp.tax_determinations; business by default'),
('customers', 'payment_terms_days', 'integer', false, 'net days, 30 by default'),
('customers', 'maximum_credit_limit', 'number', false, '0 by default: prepaid only'),
('customers', 'customer_tier', '[standard silver gold platinum]', false, 'standard by default'),
('customers', 'account_status', '[active on_hold suspended closed]', false, 'active by default'),
('products', 'sku', 'text', true, 'the product''s key'),
('products', 'product_name', 'text', true, 'name'),
('products', 'category', 'text', false, 'group'),
('products', 'standard_unit_cost', 'number', false, 'base currency'),
('products', 'standard_sale_price', 'number', true, 'net, base currency'),
('products', 'requires_refrigeration', 'boolean', true, 'kept in climate controlled warehouses only'),
('products', 'tax_class', 'text', false, 'as in erp.tax_determinations; standard by default'),
('products', 'unit_of_measure', 'text', false, 'piece by default'),
('products', 'sold_from', 'date', false, 'first day it may be sold'),
('products', 'sold_until', 'date', false, 'last day it may be sold'),
('products', 'description', 'text', false, 'anything'),
('supplier_products', 'supplier_code', 'suppliers', true, 'who sells it'),
('supplier_products', 'sku', 'products', true, 'what'),
('supplier_products', 'supplier_sku', 'text', false, 'the supplier''s number for it'),
('supplier_products', 'unit_cost', 'number', true, 'price'),
('supplier_products', 'currency_code', 'currency', true, 'of the price'),
('supplier_products', 'minimum_order_quantity', 'number', false, '1 by default'),
('supplier_products', 'lead_time_days', 'integer', false, 'the supplier''s by default'),
('supplier_products', 'valid_from', 'date', false, 'first day'),
('supplier_products', 'valid_to', 'date', false, 'last day'),
('prices', 'sku', 'products', true, 'what'),
('prices', 'customer_code', 'customers', false, 'for whom; empty for everybody'),
('prices', 'currency_code', 'currency', true, 'of the price'),
('prices', 'unit_price', 'number', true, 'net'),
('prices', 'valid_from', 'date', false, 'first day'),
('prices', 'valid_to', 'date', false, 'last day'),
('agreements', 'customer_code', 'customers', true, 'with whom'),
('agreements', 'sku', 'products', false, 'on what; empty for everything'),
('agreements', 'discount_percent', 'number', true, 'highest discount'),
('agreements', 'valid_from', 'date', false, 'first day'),
('agreements', 'valid_to', 'date', false, 'last day'),
('agreements', 'reason', 'text', true, 'why'),
('opening_stock', 'sku', 'products', true, 'what'),
('opening_stock', 'warehouse', 'warehouses', true, 'where'),
('opening_stock', 'quantity', 'number', true, 'how much'),
('opening_stock', 'unit_cost', 'number', true, 'base currency'),
('opening_stock', 'posted_on', 'date', true, 'day of take-over'),
('open_items', 'direction', '[customer supplier]', true, 'receivable or payable'),
('open_items', 'party_code', 'text', true, 'customer_code or supplier_code'),
('open_items', 'invoice_number', 'text', true, 'number in the old books; a customer''s not like INV-2026-… or CN-2026-…, our own'),
('open_items', 'document_date', 'date', true, 'of the invoice'),
('open_items', 'due_date', 'date', true, 'payable until'),
('open_items', 'gross', 'number', true, 'what is open, base currency'),
('open_items', 'posted_on', 'date', true, 'day of take-over'),
('opening_balances', 'account_code', 'text', true, 'ordinary account; receivables, payables and stock open by their own files'),
('opening_balances', 'debit', 'number', false, 'base currency; this or credit'),
('opening_balances', 'credit', 'number', false, 'base currency; this or debit'),
('opening_balances', 'memo', 'text', false, 'text of the leg'),
('opening_balances', 'posted_on', 'date', true, 'day of take-over');

-- In the order in which they are applied, with what makes a row the same row.
CREATE TEMP TABLE import_files (
    file_name text PRIMARY KEY,
    key_fields text[] NOT NULL,
    file_position integer GENERATED ALWAYS AS IDENTITY
);
INSERT INTO import_files (file_name, key_fields)
VALUES
('company', '{}'),
('warehouses', '{facility_name}'),
('suppliers', '{supplier_code}'),
('customers', '{customer_code}'),
('products', '{sku}'),
('supplier_products', '{supplier_code,sku,valid_from}'),
('prices', '{sku,customer_code,currency_code,valid_from}'),
('agreements', '{customer_code,sku,valid_from}'),
('opening_stock', '{sku,warehouse,unit_cost,posted_on}'),
('open_items', '{direction,party_code,invoice_number}'),
('opening_balances', '{account_code}');

CREATE TEMP TABLE import_rows (
    file_name text NOT NULL REFERENCES import_files,
    line_number bigint NOT NULL,
    fields jsonb NOT NULL,
    PRIMARY KEY (file_name, line_number)
);
CREATE TEMP TABLE import_results (
    file_name text PRIMARY KEY REFERENCES import_files,
    rows_in_file bigint NOT NULL,
    rows_added bigint NOT NULL
);

-- One table a file, as text, for COPY; dynamic because the fields are rows above.
DO $stage$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT f.file_name, string_agg(format('%I text', f.field), ', ' ORDER BY f.field_position) AS columns
        FROM import_fields AS f
        GROUP BY f.file_name
    LOOP
        EXECUTE format('CREATE TEMP TABLE %I (import_line bigint GENERATED ALWAYS AS IDENTITY, %s)', 'import_' || wanted.file_name, wanted.columns);
    END LOOP;
END
$stage$;
