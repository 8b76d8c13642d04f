CREATE OR REPLACE VIEW erp.invariant_closed_years AS
SELECT format('fiscal year %s of company %s is closed, but %s stands on account %s', c.fiscal_year, c.company_id, r.balance, r.account_code) AS detail
FROM erp.fiscal_year_closings AS c
CROSS JOIN LATERAL (
    SELECT max(p.ends_on) AS ends_on
    FROM erp.fiscal_periods AS p
    WHERE p.company_id = c.company_id
    AND p.fiscal_year = c.fiscal_year
) AS y
CROSS JOIN LATERAL erp.result_accounts(c.company_id, y.ends_on) AS r
WHERE c.reopened_at IS NULL
UNION ALL
SELECT format('fiscal year %s of company %s is closed, but its period %s is %s', c.fiscal_year, c.company_id, p.period_number, p.status)
FROM erp.fiscal_year_closings AS c
JOIN erp.fiscal_periods AS p ON p.company_id = c.company_id AND p.fiscal_year = c.fiscal_year
WHERE c.reopened_at IS NULL
AND p.status <> 'closed';
COMMENT ON VIEW erp.invariant_closed_years IS 'A closed fiscal year has closed periods only and leaves nothing on revenue and expense.';
ALTER VIEW erp.invariant_closed_years OWNER TO erp_owner;
