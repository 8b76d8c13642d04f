CREATE OR REPLACE FUNCTION erp.income_statement(from_date date, to_date date)
RETURNS TABLE (section text, account_code text, account_name text, amount numeric)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN QUERY
    WITH legs AS (
        SELECT a.account_classification, a.account_code, a.account_name, -sum(j.signed_base_amount) AS amount
        FROM erp.journal_entries AS j
        JOIN erp.financial_transactions AS t USING (transaction_id)
        JOIN erp.accounts AS a USING (account_id)
        WHERE a.account_classification IN ('Revenue', 'Expense')
        AND t.posted_on BETWEEN income_statement.from_date AND income_statement.to_date
        GROUP BY a.account_id
    )
    SELECT l.account_classification, l.account_code, l.account_name, l.amount FROM legs AS l WHERE l.amount <> 0
    UNION ALL
    SELECT 'Result', NULL, 'Profit or loss', COALESCE(sum(l.amount), 0) FROM legs AS l
    ORDER BY 1 DESC, 2;
END
$function$;
COMMENT ON FUNCTION erp.income_statement(date, date) IS
'Revenue (positive), expense (negative) and result between two days, inclusive, base currency.';
ALTER FUNCTION erp.income_statement(date, date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.income_statement(date, date) FROM PUBLIC;
