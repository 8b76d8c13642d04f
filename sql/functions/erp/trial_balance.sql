CREATE OR REPLACE FUNCTION erp.trial_balance(as_of date DEFAULT NULL)
RETURNS TABLE (
    account_code text,
    account_name text,
    account_classification text,
    debit numeric,
    credit numeric,
    balance numeric
)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN QUERY
    SELECT
        a.account_code, a.account_name, a.account_classification,
        COALESCE(sum(j.base_amount) FILTER (WHERE NOT j.is_credit_entry), 0),
        COALESCE(sum(j.base_amount) FILTER (WHERE j.is_credit_entry), 0),
        sum(j.signed_base_amount)
    FROM erp.journal_entries AS j
    JOIN erp.financial_transactions AS t USING (transaction_id)
    JOIN erp.accounts AS a USING (account_id)
    WHERE trial_balance.as_of IS NULL
    OR t.posted_on <= trial_balance.as_of
    GROUP BY a.account_id
    ORDER BY a.account_code;
END
$function$;
COMMENT ON FUNCTION erp.trial_balance(date) IS
'Debits, credits and balance (debits - credits) per account in base currency, up to and including a day; NULL = everything. 42501 for a role without the ledger.';
ALTER FUNCTION erp.trial_balance(date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.trial_balance(date) FROM PUBLIC;
