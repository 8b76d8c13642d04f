CREATE OR REPLACE VIEW erp.invariant_posting_dates AS
SELECT format('invoice %s: posted on %s, journal %s on %s', i.invoice_number, i.posting_date, t.transaction_id, t.posted_on) AS detail
FROM erp.invoices AS i
JOIN erp.financial_transactions AS t USING (transaction_id)
WHERE i.posting_date <> t.posted_on
UNION ALL
SELECT format('payment %s: posted on %s, journal %s on %s', p.payment_id, p.paid_on, t.transaction_id, t.posted_on)
FROM erp.payments AS p
JOIN erp.financial_transactions AS t USING (transaction_id)
WHERE p.paid_on <> t.posted_on
UNION ALL
SELECT format('stock move %s: moved on %s, journal %s on %s', m.move_id, m.moved_on, t.transaction_id, t.posted_on)
FROM erp.stock_moves AS m
JOIN erp.financial_transactions AS t USING (transaction_id)
WHERE m.moved_on <> t.posted_on;
COMMENT ON VIEW erp.invariant_posting_dates IS 'Documents and stock moves carry the posting date of their journal: sub-ledgers and ledger agree as of any day.';
ALTER VIEW erp.invariant_posting_dates OWNER TO erp_owner;
