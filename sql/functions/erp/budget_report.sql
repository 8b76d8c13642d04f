CREATE OR REPLACE FUNCTION erp.budget_report(from_date date, to_date date, company bigint DEFAULT NULL)
RETURNS TABLE (
    account_code text,
    account_name text,
    department_code text,
    project_code text,
    budget numeric,
    actual numeric,
    variance numeric
)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN QUERY
    WITH planned AS (
        SELECT b.account_id, b.department_id, b.project_id, sum(b.amount) AS amount
        FROM erp.budgets AS b
        WHERE b.month BETWEEN date_trunc('month', budget_report.from_date::timestamp)::date AND budget_report.to_date
        AND (budget_report.company IS NULL OR b.company_id = budget_report.company)
        GROUP BY b.account_id, b.department_id, b.project_id
    ), done AS (
        SELECT
            j.account_id, j.department_id, j.project_id,
            sum(CASE WHEN a.account_classification IN ('Revenue', 'Liability', 'Equity') THEN -j.signed_base_amount ELSE j.signed_base_amount END) AS amount
        FROM erp.financial_transactions AS t
        JOIN erp.journal_entries AS j USING (transaction_id)
        JOIN erp.accounts AS a USING (account_id)
        WHERE t.posted_on BETWEEN budget_report.from_date AND budget_report.to_date
        AND t.source_document_type <> 'year_end'
        AND (budget_report.company IS NULL OR t.company_id = budget_report.company)
        AND (a.account_classification IN ('Revenue', 'Expense') OR a.account_id IN (SELECT p.account_id FROM planned AS p))
        GROUP BY j.account_id, j.department_id, j.project_id
    )
    SELECT
        a.account_code, a.account_name, d.department_code, r.project_code, sum(f.planned), sum(f.done), sum(f.done - f.planned)
    FROM (
        SELECT p.account_id, p.department_id, p.project_id, p.amount AS planned, 0 AS done FROM planned AS p
        UNION ALL
        SELECT x.account_id, x.department_id, x.project_id, 0, x.amount FROM done AS x
    ) AS f
    JOIN erp.accounts AS a USING (account_id)
    LEFT JOIN erp.departments AS d USING (department_id)
    LEFT JOIN erp.projects AS r USING (project_id)
    GROUP BY a.account_code, a.account_name, d.department_code, r.project_code
    ORDER BY a.account_code, d.department_code NULLS FIRST, r.project_code NULLS FIRST;
END
$function$;
COMMENT ON FUNCTION erp.budget_report(date, date, bigint) IS
'Budget against actual between two days by account, department and project, base currency; whole months of budget count. Revenue and expense are positive, variance is actual less budget. Of one company (NULL = all).';
ALTER FUNCTION erp.budget_report(date, date, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.budget_report(date, date, bigint) FROM PUBLIC;
