CREATE OR REPLACE FUNCTION erp.compare_income_statement(
    from_date date,
    to_date date,
    compared_from date,
    compared_to date,
    company bigint DEFAULT NULL
)
RETURNS TABLE (
    section text,
    account_code text,
    account_name text,
    amount numeric,
    compared numeric,
    change numeric
)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN QUERY
    SELECT
        f.section, f.account_code, f.account_name,
        sum(f.amount) FILTER (WHERE f.is_now), sum(f.amount) FILTER (WHERE NOT f.is_now),
        sum(CASE WHEN f.is_now THEN f.amount ELSE -f.amount END)
    FROM (
        SELECT s.section, s.account_code, s.account_name, s.amount, true AS is_now
        FROM erp.income_statement(compare_income_statement.from_date, compare_income_statement.to_date, compare_income_statement.company) AS s
        UNION ALL
        SELECT s.section, s.account_code, s.account_name, s.amount, false
        FROM erp.income_statement(compare_income_statement.compared_from, compare_income_statement.compared_to, compare_income_statement.company) AS s
    ) AS f
    GROUP BY f.section, f.account_code, f.account_name
    ORDER BY f.section DESC, f.account_code;
END
$function$;
COMMENT ON FUNCTION erp.compare_income_statement(date, date, date, date, bigint) IS
'The income statement of a time beside that of another, and what changed; of one company (NULL = all).';
ALTER FUNCTION erp.compare_income_statement(date, date, date, date, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.compare_income_statement(date, date, date, date, bigint) FROM PUBLIC;
