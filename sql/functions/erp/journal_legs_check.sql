CREATE OR REPLACE FUNCTION erp.journal_legs_check()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_fault record;
BEGIN
    SELECT l.entry_id, l.transaction_id, a.account_code, fault.code INTO v_fault
    FROM new_legs AS l
    JOIN erp.financial_transactions AS t ON t.transaction_id = l.transaction_id
    JOIN erp.accounts AS a ON a.account_id = l.account_id
    JOIN erp.currencies AS c ON c.currency_code = l.currency_code
    JOIN erp.companies AS m ON m.company_id = t.company_id
    JOIN erp.currencies AS b ON b.currency_code = m.base_currency
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN t.created_xid <> pg_current_xact_id() OR t.created_at <> transaction_timestamp() THEN 'RP213'
            WHEN a.is_heading OR NOT a.is_active THEN 'RP206'
            WHEN a.currency_code <> l.currency_code THEN 'RP215'
            WHEN scale(trim_scale(l.absolute_amount)) > c.minor_unit OR scale(trim_scale(l.base_amount)) > b.minor_unit THEN 'RP211'
            WHEN l.currency_code = m.base_currency AND l.base_amount <> l.absolute_amount THEN 'RP215'
        END AS code
    ) AS fault
    WHERE fault.code IS NOT NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '%', CASE v_fault.code
            WHEN 'RP213' THEN format('transaction %s is posted: legs can only be added while it is made', v_fault.transaction_id)
            WHEN 'RP206' THEN format('account %s takes no postings', v_fault.account_code)
            WHEN 'RP211' THEN 'amount has more decimals than its currency'
            ELSE format('currency does not fit account %s or the base amount', v_fault.account_code) END
            USING ERRCODE = v_fault.code,
            DETAIL = jsonb_build_object('transaction_id', v_fault.transaction_id, 'account_code', v_fault.account_code)::text,
            HINT = CASE v_fault.code
                WHEN 'RP213' THEN 'post a new transaction instead'
                WHEN 'RP206' THEN 'choose an active account that is no heading'
                ELSE 'correct the leg' END,
            TABLE = 'journal_entries', SCHEMA = 'erp';
    END IF;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.journal_legs_check() IS
'Statement trigger on inserted legs: refuses headings and inactive accounts (RP206), excess decimals (RP211), legs of an already posted transaction (RP213) and foreign currency on a one-currency account (RP215).';
ALTER FUNCTION erp.journal_legs_check() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.journal_legs_check() FROM PUBLIC;
