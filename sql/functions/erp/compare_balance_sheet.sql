CREATE OR REPLACE FUNCTION erp.compare_balance_sheet(as_of date, compared_to date, company bigint DEFAULT NULL)
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
        SELECT b.section, b.account_code, b.account_name, b.amount, true AS is_now
        FROM erp.balance_sheet(compare_balance_sheet.as_of, compare_balance_sheet.company) AS b
        UNION ALL
        SELECT b.section, b.account_code, b.account_name, b.amount, false
        FROM erp.balance_sheet(compare_balance_sheet.compared_to, compare_balance_sheet.company) AS b
    ) AS f
    GROUP BY f.section, f.account_code, f.account_name
    ORDER BY f.section, f.account_code NULLS LAST;
END
$function$;
COMMENT ON FUNCTION erp.compare_balance_sheet(date, date, bigint) IS
'The balance sheet of a day beside that of another day, and what changed; of one company (NULL = all). An account that one of the days does not have is NULL there.';
ALTER FUNCTION erp.compare_balance_sheet(date, date, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.compare_balance_sheet(date, date, bigint) FROM PUBLIC;
