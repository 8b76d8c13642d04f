-- Open periods around today: last year, this one, the next.
SELECT erp.ensure_fiscal_year(c.company_id, extract(YEAR FROM erp.today(c.company_id))::integer + y.step)
FROM erp.companies AS c
CROSS JOIN generate_series(-1, 1) AS y (step)
ORDER BY c.company_id, y.step;
