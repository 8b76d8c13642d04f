-- The outcome of a day, for a person: each answer under the query that gives it.
\set ECHO queries
\pset footer off
\pset null ''
\echo
\echo '--- Each order''s way (times in milliseconds after its event)'
SELECT sales_order_id AS id, reference, customer, order_status, total, decided_ms, invoiced_ms, invoice_number, held_for
FROM erp.order_progress ORDER BY sales_order_id DESC LIMIT 30;
\echo
\echo '--- What was refused or held, and why'
SELECT sqlstate, tool, reference, reason, gap::numeric(19, 2) FROM erp.refusals ORDER BY at DESC LIMIT 15;
SELECT event_id, event_type, status, error_message FROM erp_task_events WHERE status = 'failed' ORDER BY event_id DESC LIMIT 10;
\echo
\echo '--- What waits for a person: SELECT erp.approve(item, ''why'')'
SELECT * FROM erp.inbox;
\echo
\echo '--- The journal of the newest invoiced order'
SELECT t.transaction_id AS tx, t.posted_on, t.semantic_description, a.account_code, a.account_name,
    CASE WHEN NOT j.is_credit_entry THEN j.absolute_amount::numeric(19, 2) END AS debit,
    CASE WHEN j.is_credit_entry THEN j.absolute_amount::numeric(19, 2) END AS credit
FROM erp_financial_transactions AS t JOIN erp_journal_entries AS j USING (transaction_id) JOIN erp_accounts AS a USING (account_id)
WHERE t.transaction_id IN (
    SELECT transaction_id FROM erp_shipments WHERE sales_order_id = (SELECT max(sales_order_id) FROM erp_invoices)
    UNION SELECT transaction_id FROM erp_invoices WHERE sales_order_id = (SELECT max(sales_order_id) FROM erp_invoices))
ORDER BY t.transaction_id, j.entry_id;
\echo
\echo '--- The trial balance'
SELECT account_code, account_name, debit::numeric(19, 2), credit::numeric(19, 2), balance::numeric(19, 2) FROM erp.trial_balance()
UNION ALL SELECT '', 'total', sum(debit)::numeric(19, 2), sum(credit)::numeric(19, 2), sum(balance)::numeric(19, 2) FROM erp.trial_balance();
\echo
\echo '--- The books against each other: no row means that all is well'
SELECT * FROM erp.check_consistency();
