-- Dated prices, agreements and exchange rates: exceptions are data. Re-runnable; what a person has changed stays.
INSERT INTO erp.price_lists (product_id, customer_id, currency_code, unit_price, valid_from)
SELECT p.product_id, c.customer_id, 'EUR', l.unit_price, '2025-01-01'
FROM (VALUES
    ('WIN-RIE-6', NULL, 43.50),
    ('BEE-PIL-20', NULL, 16.90),
    ('COF-ESP-6K', 'C-1001', 79.00),
    ('MLK-WHL-12', 'C-3005', 12.90),
    ('OIL-SUN-10L', 'C-4005', 18.40)
) AS l (stock_keeping_unit, customer_code, unit_price)
JOIN erp.products AS p USING (stock_keeping_unit)
LEFT JOIN erp.customers AS c USING (customer_code)
ON CONFLICT DO NOTHING;

INSERT INTO erp.customer_agreements (customer_id, product_id, discount_percent, valid_from, reason, agreed_by)
SELECT c.customer_id, p.product_id, a.discount_percent, '2025-01-01', a.reason, 'erp_controller'
FROM (VALUES
    ('C-2002', 'OIL-OLV-5L', 15, 'Olive oil by the pallet, yearly agreement'),
    ('C-3006', NULL, 12, 'Trade fair season, framework agreement')
) AS a (customer_code, stock_keeping_unit, discount_percent, reason)
JOIN erp.customers AS c USING (customer_code)
LEFT JOIN erp.products AS p USING (stock_keeping_unit)
ON CONFLICT DO NOTHING;

INSERT INTO erp.exchange_rates (from_currency, to_currency, rate_date, rate)
SELECT r.from_currency, 'EUR', date_trunc('year', erp.today())::date - interval '1 year', r.rate
FROM (VALUES
    ('USD', 0.9200),
    ('GBP', 1.1700),
    ('CHF', 1.0500),
    ('JPY', 0.0061),
    ('KWD', 3.0000)
) AS r (from_currency, rate)
ON CONFLICT DO NOTHING;
