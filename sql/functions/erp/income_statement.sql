CREATE OR REPLACE FUNCTION erp.income_statement(from_date date, to_date date, company bigint)
RETURNS TABLE (section text, account_code text, account_name text, amount numeric)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN QUERY
    WITH legs AS (
        SELECT a.account_classification, a.account_code, a.account_name, sum(s.base_credit - s.base_debit) AS amount
        FROM erp.account_sums(income_statement.from_date, income_statement.to_date, income_statement.company, false) AS s
        JOIN erp.accounts AS a USING (account_id)
        WHERE a.account_classification IN ('Revenue', 'Expense')
        GROUP BY a.account_id
    )
    SELECT l.account_classification, l.account_code, l.account_name, l.amount FROM legs AS l WHERE l.amount <> 0
    UNION ALL
    SELECT 'Result', NULL, 'Profit or loss', COALESCE(sum(l.amount), 0) FROM legs AS l
    ORDER BY 1 DESC, 2;
END
$function$;
COMMENT ON FUNCTION erp.income_statement(date, date, bigint) IS
'Revenue (positive), expense (negative) and result between two days, before a year''s closing, inclusive (NULL = open end), base currency, of one company (NULL = all).';
ALTER FUNCTION erp.income_statement(date, date, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.income_statement(date, date, bigint) FROM PUBLIC;

CREATE OR REPLACE FUNCTION erp.income_statement(from_date date, to_date date)
RETURNS TABLE (section text, account_code text, account_name text, amount numeric)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN QUERY
    SELECT * FROM erp.income_statement(income_statement.from_date, income_statement.to_date, NULL);
END
$function$;
COMMENT ON FUNCTION erp.income_statement(date, date) IS
'Revenue (positive), expense (negative) and result between two days, before a year''s closing, inclusive, base currency.';
ALTER FUNCTION erp.income_statement(date, date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.income_statement(date, date) FROM PUBLIC;
