CREATE OR REPLACE FUNCTION erp.beancount_account(classification text, account_code text)
RETURNS text
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT CASE classification
        WHEN 'Asset' THEN 'Assets'
        WHEN 'Liability' THEN 'Liabilities'
        WHEN 'Equity' THEN 'Equity'
        WHEN 'Revenue' THEN 'Income'
        ELSE 'Expenses'
    END || ':A' || account_code
$function$;
COMMENT ON FUNCTION erp.beancount_account(text, text) IS
'The account''s name in beancount''s grammar.';
ALTER FUNCTION erp.beancount_account(text, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.beancount_account(text, text) FROM PUBLIC;
