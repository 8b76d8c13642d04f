CREATE OR REPLACE VIEW erp.invariant_journals_balance AS
SELECT format('transaction %s: %s legs, base gap %s', t.transaction_id, count(j.entry_id), sum(j.signed_base_amount)) AS detail
FROM erp.financial_transactions AS t
LEFT JOIN (
    SELECT
        e.*,
        sum(e.signed_amount) OVER (PARTITION BY e.transaction_id, e.currency_code) AS currency_gap
    FROM erp.journal_entries AS e
) AS j USING (transaction_id)
GROUP BY t.transaction_id
HAVING count(j.entry_id) < 2 OR sum(j.signed_base_amount) <> 0 OR bool_or(j.currency_gap <> 0);
COMMENT ON VIEW erp.invariant_journals_balance IS 'Every transaction has two legs or more and balances in each currency and in base.';
ALTER VIEW erp.invariant_journals_balance OWNER TO erp_owner;
