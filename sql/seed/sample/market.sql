-- Market prices of the three full months before today, near the list prices: some products sell a little above market.
-- Re-runnable: adds the months that are missing.
INSERT INTO erp.market_intelligence (product_sku, market_average_price, reference_period_start, reference_period_end)
SELECT
    p.stock_keeping_unit,
    round(p.standard_sale_price * (1 + ((p.product_id + m.months_ago) % 7 - 2) * 0.01), 2),
    m.first_day,
    (m.first_day + interval '1 month' - interval '1 day')::date
FROM erp.products AS p
CROSS JOIN (
    SELECT
        n AS months_ago,
        (date_trunc('month', erp.today()) - make_interval(months => n))::date AS first_day
    FROM generate_series(1, 3) AS n
) AS m
WHERE NOT EXISTS (
    SELECT
    FROM erp.market_intelligence AS k
    WHERE k.product_sku = p.stock_keeping_unit
        AND k.reference_period_start = m.first_day
)
ORDER BY p.product_id, m.first_day;
