-- A ledger of :legs legs over ten years and :items open invoices, inserted set-wise with the triggers silent, and the
-- reports over it. Prints name|figure, milliseconds, the best of five.
\set QUIET on
\pset tuples_only on
\pset format unaligned
\o /dev/null
SET client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS bench;
CREATE FUNCTION bench.best(statement text)
RETURNS numeric
LANGUAGE plpgsql
AS $$
DECLARE
    started timestamptz;
    fastest numeric;
BEGIN
    FOR i IN 1..5 LOOP
        started := clock_timestamp();
        EXECUTE statement;
        fastest := least(fastest, extract(epoch FROM clock_timestamp() - started)::numeric * 1000);
    END LOOP;
    RETURN round(fastest, 1);
END
$$;
ALTER TABLE erp.financial_transactions DISABLE TRIGGER ALL;
ALTER TABLE erp.journal_entries DISABLE TRIGGER ALL;
ALTER TABLE erp.invoices DISABLE TRIGGER ALL;
ALTER TABLE erp.payments DISABLE TRIGGER ALL;
ALTER TABLE erp.payment_allocations DISABLE TRIGGER ALL;
CREATE PROCEDURE bench.post(transactions bigint, first_day date, days int)
LANGUAGE plpgsql
AS $$
DECLARE
    accounts bigint[] := ARRAY(SELECT account_id FROM erp.accounts WHERE NOT is_heading AND control_of IS NULL ORDER BY account_code);
    base bigint;
BEGIN
    SELECT coalesce(max(transaction_id), 0) INTO base FROM erp.financial_transactions;
    INSERT INTO erp.financial_transactions (posted_on, semantic_description, source_document_type, currency_code)
    SELECT first_day + (n * days / transactions)::int, 'bench', 'adjustment', 'EUR' FROM generate_series(1, transactions) AS n;
    INSERT INTO erp.journal_entries (transaction_id, account_id, absolute_amount, is_credit_entry, currency_code, base_amount)
    SELECT
        base + n, accounts[1 + (n * 7 + credit * 3) % cardinality(accounts)], 1 + n % 1000, credit = 1, 'EUR', 1 + n % 1000
    FROM generate_series(1, transactions) AS n
    CROSS JOIN generate_series(0, 1) AS credit;
END
$$;
-- Identities go on from here without gaps.
SELECT setval(pg_get_serial_sequence('erp.financial_transactions', 'transaction_id'), coalesce(max(transaction_id), 0) + 1, false) FROM erp.financial_transactions;
CALL bench.post((:legs / 2)::bigint, '2010-01-01', 3652);
INSERT INTO erp.customers (customer_name) SELECT 'Bench customer ' || n FROM generate_series(1, 1000) AS n;
INSERT INTO erp.invoices (
    direction, document_type, invoice_number, customer_id, document_date, delivery_date, due_date, posting_date, currency_code,
    rounding_policy, net_total, tax_total, gross_total, base_gross_total, amount_open, transaction_id)
SELECT
    'customer', 'invoice', 'BENCH-' || n, first.customer_id + n % 1000, day, day, day + 30, day, 'EUR', 'per_line', 100, 20, 120, 120, 60, -n
FROM generate_series(1, :items) AS n
CROSS JOIN (SELECT min(customer_id) AS customer_id FROM erp.customers WHERE customer_name LIKE 'Bench%') AS first
CROSS JOIN LATERAL (SELECT '2019-06-01'::date + n % 200 AS day) AS on_day;
-- Each tenth is half paid.
INSERT INTO erp.payments (direction, customer_id, amount, amount_unallocated, currency_code, base_amount, paid_on, reference, transaction_id)
SELECT 'received', i.customer_id, 60, 0, 'EUR', 60, i.due_date, i.invoice_id::text, -i.invoice_id
FROM erp.invoices AS i
WHERE i.invoice_number LIKE 'BENCH-%0';
INSERT INTO erp.payment_allocations (payment_id, invoice_id, amount, allocated_on)
SELECT p.payment_id, p.reference::bigint, 60, p.paid_on FROM erp.payments AS p WHERE p.transaction_id < 0;
VACUUM ANALYZE;
\o
SELECT 'trial_bare|' || bench.best('SELECT * FROM erp.trial_balance()');
SELECT clock_timestamp() AS started \gset
SELECT erp.take_balance_checkpoint(1, '1 minute') AS covered \gset
SELECT 'first_checkpoint|' || round(extract(epoch FROM clock_timestamp() - :'started')::numeric, 1);
SELECT 'covered|' || :covered;
-- As much as may come before the schedule takes the next one.
CALL bench.post(10000, '2019-06-01', 200);
ANALYZE erp.journal_entries;
SELECT 'trial|' || bench.best('SELECT * FROM erp.trial_balance()');
SELECT 'trial_past|' || bench.best('SELECT * FROM erp.trial_balance(''2015-06-17'')');
SELECT 'trial_company|' || bench.best('SELECT * FROM erp.trial_balance(''2019-11-11'', 1)');
SELECT 'sheet|' || bench.best('SELECT * FROM erp.balance_sheet(''2015-06-17'')');
SELECT 'income|' || bench.best('SELECT * FROM erp.income_statement(''2014-01-01'', ''2015-06-17'')');
SELECT 'same|' || (NOT EXISTS (
    SELECT a.account_code, sum(j.signed_base_amount)
    FROM erp.journal_entries AS j
    JOIN erp.financial_transactions AS t USING (transaction_id)
    JOIN erp.accounts AS a USING (account_id)
    WHERE t.posted_on <= '2015-06-17'
    GROUP BY a.account_code
    EXCEPT
    SELECT b.account_code, b.balance FROM erp.trial_balance('2015-06-17') AS b));
SELECT clock_timestamp() AS started \gset
SELECT erp.take_balance_checkpoint(1, '1 minute') AS covered \gset
SELECT 'next_checkpoint|' || round(extract(epoch FROM clock_timestamp() - :'started')::numeric * 1000, 1);
SELECT 'ageing|' || bench.best('SELECT * FROM erp.ar_ageing()');
SELECT 'ageing_past|' || bench.best('SELECT * FROM erp.ar_ageing(''2019-12-01'')');
