-- Northwind in the form an import takes: one view a file. What the sample company does not say is stated here, as data.
\set take_over '''1996-07-01'''

CREATE TEMP VIEW f_company AS
SELECT
    'Northwind Traders' AS legal_name, 'Seattle, WA' AS street_address, 'US' AS country_code, 'USD' AS base_currency,
    'America/Los_Angeles' AS time_zone, :'rounding_policy' AS rounding_policy;

CREATE TEMP VIEW f_warehouses AS
SELECT DISTINCT g.warehouse AS facility_name, g.is_cold AS is_climate_controlled
FROM n_goods AS g;

CREATE TEMP VIEW f_suppliers AS
SELECT
    'NW-S' || lpad(s.supplier_id::text, 2, '0') AS supplier_code, s.company_name, s.phone AS contact_phone,
    concat_ws(', ', s.address, s.city, s.region, s.postal_code) AS street_address, c.country_code, 'USD' AS currency_code
FROM n_suppliers AS s
JOIN n_countries AS c USING (country)
ORDER BY s.supplier_id;

-- Untaxed. The data hold neither payments nor limits, so each limit is what the customer ever bought, up to the next thousand:
-- the credit rule stays on and binds.
CREATE TEMP VIEW f_customers AS
SELECT
    k.customer_id AS customer_code, k.company_name AS customer_name, k.company_name, k.phone AS contact_phone,
    concat_ws(', ', k.contact_name, k.address, k.city, k.region, k.postal_code) AS billing_address, c.country_code,
    'untaxed' AS tax_status, COALESCE(ceil(b.net / 1000) * 1000, 0) AS maximum_credit_limit, 'standard' AS customer_tier
FROM n_customers AS k
JOIN n_countries AS c USING (country)
LEFT JOIN (SELECT customer_id, sum(net) AS net FROM n_lines GROUP BY customer_id) AS b USING (customer_id)
ORDER BY k.customer_id;

-- A discontinued product was sold until its last order.
CREATE TEMP VIEW f_products AS
SELECT
    g.sku, g.product_name, g.category_name AS category, g.unit_cost AS standard_unit_cost, g.unit_price AS standard_sale_price,
    g.is_cold AS requires_refrigeration, g.quantity_per_unit AS description,
    CASE WHEN g.discontinued = 1 THEN (SELECT max(l.order_date) FROM n_lines AS l WHERE l.product_id = g.product_id) END AS sold_until
FROM n_goods AS g
ORDER BY g.product_id;

CREATE TEMP VIEW f_supplier_products AS
SELECT 'NW-S' || lpad(g.supplier_id::text, 2, '0') AS supplier_code, g.sku, g.unit_cost, 'USD' AS currency_code
FROM n_goods AS g
ORDER BY g.product_id;

-- A list price holds from the first order at it until the day before the first order at another one; after the last order
-- the product's own price holds.
CREATE TEMP VIEW f_prices AS
SELECT
    p.sku, 'USD' AS currency_code, p.unit_price,
    CASE WHEN p.valid_from > min(p.valid_from) OVER product THEN p.valid_from END AS valid_from,
    COALESCE(lead(p.valid_from) OVER (product ORDER BY p.valid_from) - 1, p.data_end) AS valid_to
FROM (
    SELECT s.sku, s.unit_price, min(s.order_date) AS valid_from, (SELECT max(order_date) FROM n_orders) AS data_end
    FROM (
        SELECT l.*, count(*) FILTER (WHERE l.is_new) OVER (PARTITION BY l.sku ORDER BY l.order_date, l.order_id) AS period
        FROM (
            SELECT
                l.*,
                l.unit_price IS DISTINCT FROM lag(l.unit_price) OVER (PARTITION BY l.sku ORDER BY l.order_date, l.order_id) AS is_new
            FROM n_lines AS l
        ) AS l
    ) AS s
    GROUP BY s.sku, s.period, s.unit_price
) AS p
WINDOW product AS (PARTITION BY p.sku)
ORDER BY p.sku, p.valid_from;

-- Every discount was agreed for that customer and product, from the first to the last order in a row that had it.
CREATE TEMP VIEW f_agreements AS
SELECT
    s.customer_id AS customer_code, s.sku, s.discount_percent, min(s.order_date) AS valid_from, max(s.order_date) AS valid_to,
    'as in the order: Northwind gave discounts by line' AS reason
FROM (
    SELECT l.*, count(*) FILTER (WHERE l.is_new) OVER (PARTITION BY l.customer_id, l.sku ORDER BY l.order_date, l.order_id) AS period
    FROM (
        SELECT
            l.*,
            l.discount_percent IS DISTINCT FROM lag(l.discount_percent)
                OVER (PARTITION BY l.customer_id, l.sku ORDER BY l.order_date, l.order_id) AS is_new
        FROM n_lines AS l
    ) AS l
) AS s
WHERE s.discount_percent > 0
GROUP BY s.customer_id, s.sku, s.period, s.discount_percent
ORDER BY s.customer_id, s.sku, valid_from;

-- What was ever sold and what is left, at 70 % of the list price. Purchases are not part of the data.
CREATE TEMP VIEW f_opening_stock AS
SELECT
    g.sku, g.warehouse, g.units_in_stock + COALESCE(sum(l.quantity), 0) AS quantity, g.unit_cost, :take_over AS posted_on
FROM n_goods AS g
LEFT JOIN n_lines AS l USING (product_id)
GROUP BY g.product_id, g.sku, g.warehouse, g.units_in_stock, g.unit_cost
HAVING g.units_in_stock + COALESCE(sum(l.quantity), 0) > 0
ORDER BY g.product_id;

-- The owners' capital stands against the goods; nothing is left on 3900.
CREATE TEMP VIEW f_opening_balances AS
SELECT '3100' AS account_code, NULL AS debit, sum(round(s.quantity * s.unit_cost, 2)) AS credit, 'the goods' AS memo, :take_over AS posted_on
FROM f_opening_stock AS s;
