CREATE OR REPLACE VIEW erp.invariant_receivables_tie AS
SELECT format('customers'' balances %s, account 1100 %s', sub.total, ledger.balance) AS detail
FROM (SELECT COALESCE(sum(current_balance), 0) AS total FROM erp.customers) AS sub
CROSS JOIN (
    SELECT COALESCE(sum(j.signed_base_amount), 0) AS balance
    FROM erp.journal_entries AS j
    JOIN erp.accounts AS a USING (account_id)
    WHERE a.control_of = 'receivable'
) AS ledger
WHERE sub.total <> ledger.balance;
COMMENT ON VIEW erp.invariant_receivables_tie IS 'The customers'' balances sum to the receivables account.';
ALTER VIEW erp.invariant_receivables_tie OWNER TO erp_owner;
