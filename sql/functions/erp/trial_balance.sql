CREATE OR REPLACE FUNCTION erp.trial_balance(as_of date, company bigint)
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
        -- Nothing debited reads 0, whether it was summed from legs or taken from a checkpoint.
        COALESCE(NULLIF(sum(s.base_debit), 0), 0),
        COALESCE(NULLIF(sum(s.base_credit), 0), 0),
        sum(s.base_debit - s.base_credit)
    FROM erp.account_sums(NULL, trial_balance.as_of, trial_balance.company) AS s
    JOIN erp.accounts AS a USING (account_id)
    GROUP BY a.account_id
    ORDER BY a.account_code;
END
$function$;
COMMENT ON FUNCTION erp.trial_balance(date, bigint) IS
'Debits, credits and balance (debits - credits) per account of one company in its base currency, up to and including a day; NULL = everything, NULL = all companies. 42501 for a role without the ledger.';
ALTER FUNCTION erp.trial_balance(date, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.trial_balance(date, bigint) FROM PUBLIC;

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
    SELECT * FROM erp.trial_balance(trial_balance.as_of, NULL);
END
$function$;
COMMENT ON FUNCTION erp.trial_balance(date) IS
'Debits, credits and balance (debits - credits) per account in base currency, up to and including a day; NULL = everything. All companies together: name one in a second argument. 42501 for a role without the ledger.';
ALTER FUNCTION erp.trial_balance(date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.trial_balance(date) FROM PUBLIC;
