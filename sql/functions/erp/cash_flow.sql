CREATE OR REPLACE FUNCTION erp.cash_flow(from_date date, to_date date, company bigint DEFAULT NULL)
RETURNS TABLE (section text, account_code text, line text, amount numeric)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN QUERY
    WITH moved AS (
        SELECT
            a.account_code, a.account_name,
            COALESCE(a.cash_flow_section, CASE a.account_classification
                WHEN 'Equity' THEN 'financing' WHEN 'Revenue' THEN 'result' WHEN 'Expense' THEN 'result' ELSE 'operating' END) AS flow,
            sum(s.base_credit - s.base_debit) AS amount
        FROM erp.account_sums(cash_flow.from_date, cash_flow.to_date, cash_flow.company, false) AS s
        JOIN erp.accounts AS a USING (account_id)
        GROUP BY a.account_id
    ), opening AS (
        SELECT COALESCE(sum(s.base_debit - s.base_credit), 0) AS amount
        FROM erp.account_sums(NULL, cash_flow.from_date - 1, cash_flow.company) AS s
        JOIN erp.accounts AS a USING (account_id)
        WHERE a.cash_flow_section = 'cash'
        AND cash_flow.from_date IS NOT NULL
    ), flow AS (
        SELECT 1 AS rank, 'Operating' AS section, NULL AS account_code, 'Result' AS line, COALESCE(sum(m.amount), 0) AS amount
        FROM moved AS m
        WHERE m.flow = 'result'
        UNION ALL
        SELECT
            CASE m.flow WHEN 'operating' THEN 2 WHEN 'investing' THEN 3 ELSE 4 END, initcap(m.flow), m.account_code,
            'Change in ' || m.account_name, m.amount
        FROM moved AS m
        WHERE m.flow IN ('operating', 'investing', 'financing')
        AND m.amount <> 0
    )
    SELECT f.section, f.account_code, f.line, f.amount
    FROM (
        SELECT f.rank, f.section, f.account_code, f.line, f.amount FROM flow AS f
        UNION ALL
        SELECT 5, 'Cash', NULL, 'Change in cash', COALESCE(sum(f.amount), 0) FROM flow AS f
        UNION ALL
        SELECT 6, 'Cash', NULL, 'Cash at the beginning', o.amount FROM opening AS o
        UNION ALL
        SELECT 7, 'Cash', NULL, 'Cash at the end', o.amount - COALESCE((SELECT sum(m.amount) FROM moved AS m WHERE m.flow = 'cash'), 0)
        FROM opening AS o
    ) AS f
    ORDER BY f.rank, f.account_code NULLS FIRST;
END
$function$;
COMMENT ON FUNCTION erp.cash_flow(date, date, bigint) IS
'The cash flow statement of a time, indirect: the result, the changes of all other accounts by activity, and the cash accounts at both ends; base currency, of one company (NULL = all). An account''s activity is erp.accounts.cash_flow_section, else that of its class.';
ALTER FUNCTION erp.cash_flow(date, date, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.cash_flow(date, date, bigint) FROM PUBLIC;
