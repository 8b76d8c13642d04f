-- The CSV files of the working directory as temporary tables, text as it is.
CREATE TEMP TABLE n_categories (category_id integer, category_name text, description text);
CREATE TEMP TABLE n_customers (
    customer_id text, company_name text, contact_name text, contact_title text, address text, city text, region text,
    postal_code text, country text, phone text, fax text);
CREATE TEMP TABLE n_suppliers (
    supplier_id integer, company_name text, contact_name text, contact_title text, address text, city text, region text,
    postal_code text, country text, phone text, fax text, homepage text);
CREATE TEMP TABLE n_products (
    product_id integer, product_name text, supplier_id integer, category_id integer, quantity_per_unit text, unit_price numeric,
    units_in_stock numeric, units_on_order numeric, reorder_level numeric, discontinued integer);
CREATE TEMP TABLE n_orders (
    order_id integer, customer_id text, employee_id integer, order_date date, required_date date, shipped_date date,
    ship_via integer, freight numeric, ship_name text, ship_address text, ship_city text, ship_region text,
    ship_postal_code text, ship_country text);
CREATE TEMP TABLE n_order_details (order_id integer, product_id integer, unit_price numeric, quantity numeric, discount numeric);
\copy n_categories FROM 'categories.csv' WITH (FORMAT csv, HEADER match)
\copy n_customers FROM 'customers.csv' WITH (FORMAT csv, HEADER match)
\copy n_suppliers FROM 'suppliers.csv' WITH (FORMAT csv, HEADER match)
\copy n_products FROM 'products.csv' WITH (FORMAT csv, HEADER match)
\copy n_orders FROM 'orders.csv' WITH (FORMAT csv, HEADER match)
\copy n_order_details FROM 'order_details.csv' WITH (FORMAT csv, HEADER match)

CREATE TEMP TABLE n_countries (country text PRIMARY KEY, country_code text NOT NULL);
INSERT INTO n_countries (country, country_code)
VALUES
('Argentina', 'AR'), ('Australia', 'AU'), ('Austria', 'AT'), ('Belgium', 'BE'), ('Brazil', 'BR'), ('Canada', 'CA'),
('Denmark', 'DK'), ('Finland', 'FI'), ('France', 'FR'), ('Germany', 'DE'), ('Ireland', 'IE'), ('Italy', 'IT'), ('Japan', 'JP'),
('Mexico', 'MX'), ('Netherlands', 'NL'), ('Norway', 'NO'), ('Poland', 'PL'), ('Portugal', 'PT'), ('Singapore', 'SG'),
('Spain', 'ES'), ('Sweden', 'SE'), ('Switzerland', 'CH'), ('UK', 'GB'), ('USA', 'US'), ('Venezuela', 'VE');

-- Dairy, meat, seafood and produce are kept cold.
CREATE TEMP VIEW n_goods AS
SELECT
    p.*, 'NW-' || lpad(p.product_id::text, 2, '0') AS sku, c.category_name,
    p.category_id IN (4, 6, 7, 8) AS is_cold,
    CASE WHEN p.category_id IN (4, 6, 7, 8) THEN 'Northwind Cold Store' ELSE 'Northwind Warehouse' END AS warehouse,
    round(p.unit_price * 0.7, 4) AS unit_cost
FROM n_products AS p
JOIN n_categories AS c USING (category_id);

-- A line's net as the invoice has it.
CREATE TEMP VIEW n_lines AS
SELECT
    d.order_id, o.customer_id, o.order_date, g.sku, g.is_cold, g.product_id, d.quantity, d.unit_price,
    d.discount * 100 AS discount_percent,
    d.quantity * d.unit_price * (1 - d.discount) AS exact,
    round(d.quantity * d.unit_price * (1 - d.discount), 2) AS net
FROM n_order_details AS d
JOIN n_orders AS o USING (order_id)
JOIN n_goods AS g USING (product_id);
