CREATE OR REPLACE FUNCTION erp.balance_sheet(as_of date, company bigint)
RETURNS TABLE (section text, account_code text, account_name text, amount numeric)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN QUERY
    WITH balances AS (
        SELECT * FROM erp.trial_balance(balance_sheet.as_of, balance_sheet.company)
    )
    SELECT b.account_classification, b.account_code, b.account_name,
        CASE b.account_classification WHEN 'Asset' THEN b.balance ELSE -b.balance END
    FROM balances AS b
    WHERE b.account_classification IN ('Asset', 'Liability', 'Equity')
    AND b.balance <> 0
    UNION ALL
    -- What was earned and not yet closed to retained earnings belongs to the owners.
    SELECT 'Equity', NULL, 'Result not yet closed', -COALESCE(sum(b.balance), 0)
    FROM balances AS b
    WHERE b.account_classification IN ('Revenue', 'Expense')
    ORDER BY 1, 2 NULLS LAST;
END
$function$;
COMMENT ON FUNCTION erp.balance_sheet(date, bigint) IS
'Assets, liabilities and equity as of a day, base currency, of one company (NULL = all); the sum of assets equals liabilities plus equity.';
ALTER FUNCTION erp.balance_sheet(date, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.balance_sheet(date, bigint) FROM PUBLIC;

CREATE OR REPLACE FUNCTION erp.balance_sheet(as_of date DEFAULT NULL)
RETURNS TABLE (section text, account_code text, account_name text, amount numeric)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN QUERY
    SELECT * FROM erp.balance_sheet(balance_sheet.as_of, NULL);
END
$function$;
COMMENT ON FUNCTION erp.balance_sheet(date) IS
'Assets, liabilities and equity as of a day, base currency; the sum of assets equals liabilities plus equity.';
ALTER FUNCTION erp.balance_sheet(date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.balance_sheet(date) FROM PUBLIC;
