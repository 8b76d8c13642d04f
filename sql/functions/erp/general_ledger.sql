CREATE OR REPLACE FUNCTION erp.general_ledger(account text, from_date date, to_date date, company bigint DEFAULT NULL)
RETURNS TABLE (
    posted_on date,
    transaction_id bigint,
    entry_id bigint,
    description text,
    source_type text,
    source_reference text,
    currency_code text,
    debit numeric,
    credit numeric,
    balance numeric
)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_account_id bigint;
    v_opening numeric;
BEGIN
    SELECT a.account_id INTO v_account_id FROM erp.accounts AS a WHERE a.account_code = general_ledger.account;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'account: no account %', account
            USING ERRCODE = 'RP260', DETAIL = jsonb_build_object('account', account)::text,
            HINT = 'SELECT account_code, account_name FROM erp_accounts';
    END IF;
    SELECT COALESCE(sum(s.base_debit - s.base_credit), 0) INTO v_opening
    FROM erp.account_sums(NULL, general_ledger.from_date - 1, general_ledger.company) AS s
    WHERE s.account_id = v_account_id
    AND general_ledger.from_date IS NOT NULL;
    RETURN QUERY
    SELECT general_ledger.from_date, NULL::bigint, NULL::bigint, 'Opening balance', NULL::text, NULL::text, NULL::text, NULL::numeric, NULL::numeric, v_opening;
    RETURN QUERY
    SELECT
        t.posted_on, t.transaction_id, j.entry_id, COALESCE(j.memo, t.semantic_description), t.source_document_type,
        t.source_document_reference, j.currency_code,
        CASE WHEN NOT j.is_credit_entry THEN j.base_amount END,
        CASE WHEN j.is_credit_entry THEN j.base_amount END,
        v_opening + sum(j.signed_base_amount) OVER (ORDER BY t.posted_on, j.entry_id)
    FROM erp.journal_entries AS j
    JOIN erp.financial_transactions AS t USING (transaction_id)
    WHERE j.account_id = v_account_id
    AND t.posted_on BETWEEN COALESCE(general_ledger.from_date, '-infinity') AND COALESCE(general_ledger.to_date, 'infinity')
    AND (general_ledger.company IS NULL OR t.company_id = general_ledger.company)
    ORDER BY t.posted_on, j.entry_id;
END
$function$;
COMMENT ON FUNCTION erp.general_ledger(text, date, date, bigint) IS
'The legs of an account between two days, inclusive (NULL = open end), in base currency with a running balance that begins with the opening one; of one company (NULL = all). RP260 for an unknown account.';
ALTER FUNCTION erp.general_ledger(text, date, date, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.general_ledger(text, date, date, bigint) FROM PUBLIC;
