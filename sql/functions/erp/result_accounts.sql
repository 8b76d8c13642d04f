CREATE OR REPLACE FUNCTION erp.result_accounts(p_company_id bigint, p_as_of date)
RETURNS TABLE (account_code text, balance numeric)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN QUERY
    SELECT a.account_code, sum(j.signed_base_amount)
    FROM erp.journal_entries AS j
    JOIN erp.financial_transactions AS t USING (transaction_id)
    JOIN erp.accounts AS a USING (account_id)
    WHERE t.company_id = p_company_id
    AND t.posted_on <= p_as_of
    AND a.account_classification IN ('Revenue', 'Expense')
    GROUP BY a.account_id
    HAVING sum(j.signed_base_amount) <> 0;
END
$function$;
COMMENT ON FUNCTION erp.result_accounts(bigint, date) IS
'Revenue and expense accounts of a company with what stands on them up to a day, base currency, debit positive: what is not yet carried to retained earnings.';
ALTER FUNCTION erp.result_accounts(bigint, date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.result_accounts(bigint, date) FROM PUBLIC;
