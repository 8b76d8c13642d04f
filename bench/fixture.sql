-- Masters for measuring: 200 customers with room, 40 products with deep stock, one warehouse. Nothing here is slow by itself.
INSERT INTO erp.warehouses (facility_name) VALUES ('Bench');
INSERT INTO erp.customers (customer_code, customer_name, country_code, maximum_credit_limit)
SELECT 'B-' || lpad(n::text, 3, '0'), 'Bench customer ' || n, 'DE', 1e9 FROM generate_series(1, 200) AS n;
INSERT INTO erp.products (stock_keeping_unit, product_name, standard_unit_cost, standard_sale_price)
SELECT 'BENCH-' || lpad(n::text, 2, '0'), 'Bench product ' || n, 1, 2 FROM generate_series(1, 40) AS n;
SELECT erp.post_opening_stock(
    (SELECT jsonb_agg(jsonb_build_object('sku', p.stock_keeping_unit, 'warehouse', 'Bench', 'quantity', 1000000, 'unit_cost', 1)) FROM erp.products AS p),
    date_trunc('year', erp.today())::date);
CREATE SCHEMA IF NOT EXISTS bench;
VACUUM ANALYZE;
