CREATE OR REPLACE VIEW erp.invariant_payables_tie AS
SELECT format('open bills less payments %s, account 2000 %s', sub.total, ledger.balance) AS detail
FROM (
    SELECT
        COALESCE((SELECT sum(i.base_gross_total) FROM erp.invoices AS i WHERE i.direction = 'supplier' AND i.document_type = 'invoice'), 0)
        - COALESCE((SELECT sum(i.base_gross_total) FROM erp.invoices AS i WHERE i.direction = 'supplier' AND i.document_type = 'credit_note'), 0)
        - COALESCE((SELECT sum(p.base_amount) FROM erp.payments AS p WHERE p.direction = 'paid'), 0)
        + COALESCE((
            SELECT sum(a.base_paid - a.base_settled)
            FROM erp.payment_allocations AS a
            JOIN erp.payments AS p USING (payment_id)
            WHERE p.direction = 'paid'), 0) AS total
) AS sub
CROSS JOIN (
    SELECT -COALESCE(sum(j.signed_base_amount), 0) AS balance
    FROM erp.journal_entries AS j
    JOIN erp.accounts AS a USING (account_id)
    WHERE a.control_of = 'payable'
) AS ledger
WHERE sub.total <> ledger.balance;
COMMENT ON VIEW erp.invariant_payables_tie IS 'Open supplier items sum to the payables account.';
ALTER VIEW erp.invariant_payables_tie OWNER TO erp_owner;
