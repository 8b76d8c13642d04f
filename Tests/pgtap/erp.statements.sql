-- Statements beside the trial balance: each ties to the legs it is made of, takes a company, and can be walked back.
BEGIN;
\ir _fixtures.sql
SELECT plan(51);
SELECT erp.ensure_fiscal_year(1, 2000), erp.ensure_fiscal_year(1, 2001);
INSERT INTO erp.companies (legal_name, country_code, base_currency) VALUES ('Tap Two', 'US', 'USD') RETURNING company_id AS two \gset
SELECT erp.ensure_fiscal_year(:two, 2000);
INSERT INTO erp.departments (department_name, department_code) VALUES ('Tap', 'TAP');
CREATE FUNCTION pg_temp.post(debit text, credit text, amount numeric, day date, company bigint DEFAULT 1, department text DEFAULT NULL)
RETURNS bigint
LANGUAGE sql
AS $$
    SELECT erp.post_journal_entry(
        'tap', jsonb_build_array(
            jsonb_strip_nulls(jsonb_build_object('account_code', debit, 'amount', amount, 'is_credit', false, 'department', department)),
            jsonb_build_object('account_code', credit, 'amount', amount, 'is_credit', true)), day, company_id => company)
$$;
SELECT pg_temp.post('1000', '3100', 1000, '2000-01-05') AS capital, pg_temp.post('1400', '1000', 300, '2000-02-01') AS machine,
    pg_temp.post('5200', '1000', 40, '2000-02-10', department => 'TAP') AS rent, pg_temp.post('5200', '2100', 25, '2000-03-10') AS accrued,
    pg_temp.post('1000', '4100', 90, '2000-03-20') AS service, pg_temp.post('1000', '3100', 5, '2000-03-20', :two) AS other \gset

-- General ledger.
SELECT is(
    (SELECT string_agg(concat_ws(' ', g.posted_on, g.transaction_id, trim_scale(g.debit), trim_scale(g.credit), trim_scale(g.balance)), ', ') FROM erp.general_ledger('1000', '2000-02-01', '2000-03-31', 1) AS g),
    format('2000-02-01 1000, 2000-02-01 %s 300 700, 2000-02-10 %s 40 660, 2000-03-20 %s 90 750', :machine, :rent, :service), 'an account with its opening and running balance');
SELECT is(
    (SELECT balance FROM erp.general_ledger('1000', NULL, day, 1) ORDER BY posted_on DESC NULLS LAST, entry_id DESC LIMIT 1),
    (SELECT balance FROM erp.trial_balance(day, 1) WHERE account_code = '1000'), 'ends at the trial balance of ' || day)
FROM unnest(ARRAY['2000-01-05', '2000-03-19', '2100-01-01']::date[]) AS day;
SELECT is((SELECT count(*) FROM erp.general_ledger('1000', '2000-03-01', '2000-03-31')), 3::bigint, 'all companies without one');
SELECT throws_ok($$SELECT * FROM erp.general_ledger('9999', NULL, NULL)$$, 'RP260', 'account: no account 9999', 'an account there is not');

-- Comparing.
SELECT is(
    (SELECT concat_ws(' ', trim_scale(amount), trim_scale(compared), trim_scale(change)) FROM erp.compare_balance_sheet('2000-03-31', '2000-01-31', 1) WHERE account_code = '1000'),
    '750 1000 -250', 'a balance sheet beside an earlier one');
SELECT is((SELECT sum(CASE section WHEN 'Asset' THEN change ELSE -change END) FROM erp.compare_balance_sheet('2000-03-31', '2000-01-31', 1)), 0.0000, 'whose changes balance');
SELECT is(
    (SELECT concat_ws(' ', trim_scale(amount), trim_scale(compared), trim_scale(change)) FROM erp.compare_income_statement('2000-03-01', '2000-03-31', '2000-02-01', '2000-02-29', 1) WHERE section = 'Result'),
    '65 -40 105', 'March beside February');
SELECT is((SELECT coalesce(compared::text, 'none') FROM erp.compare_income_statement('2000-03-01', '2000-03-31', '2000-02-01', '2000-02-29', 1) WHERE account_code = '4100'), 'none', 'what was not there is NULL');
SELECT is((SELECT amount FROM erp.income_statement('2000-01-01', '2000-12-31', :two) WHERE section = 'Result'), 0::numeric, 'an income statement of one company');
SELECT is((SELECT sum(amount) FROM erp.balance_sheet('2000-12-31', :two) WHERE section = 'Asset'), 5.0000, 'a balance sheet of one company');

-- Cash flow.
SELECT is(
    (SELECT string_agg(concat_ws(' ', section, account_code, trim_scale(amount)), ', ') FROM erp.cash_flow('2000-02-01', '2000-03-31', 1)),
    'Operating 25, Operating 2100 25, Investing 1400 -300, Cash -250, Cash 1000, Cash 750', 'result, activities and cash at both ends');
SELECT is(
    (SELECT sum(amount) FILTER (WHERE line IN ('Change in cash', 'Cash at the beginning')) - sum(amount) FILTER (WHERE line = 'Cash at the end') FROM erp.cash_flow(f::date, t::date)),
    0.0000, format('the change leads from one end to the other, %s to %s', f, t))
FROM (VALUES ('2000-01-01', '2000-01-31'), ('2000-02-01', '2100-12-31'), (NULL, NULL)) AS v (f, t);
SELECT is((SELECT amount FROM erp.cash_flow('2000-01-01', '2000-12-31', 1) WHERE account_code = '3100'), 1000.0000, 'capital is financing');
-- Closing a year is no business.
SELECT erp.post_ledger('close 2000', '[{"account_code": "4100", "amount": 90, "is_credit": false}, {"account_code": "5200", "amount": 65, "is_credit": true}, {"account_code": "3000", "amount": 25, "is_credit": true}]', '2000-12-31', 'year_end', NULL, NULL, NULL, 1);
SELECT is((SELECT amount FROM erp.cash_flow('2000-02-01', '2000-12-31', 1) WHERE line = 'Result'), 25.0000, 'a closed year keeps its result in the cash flow');
SELECT is((SELECT amount FROM erp.income_statement('2000-02-01', '2000-12-31', 1) WHERE section = 'Result'), 25.0000, 'and in the income statement');
SELECT is((SELECT amount FROM erp.balance_sheet('2000-12-31', 1) WHERE account_code = '3000'), 25.0000, 'which the balance sheet shows as retained');
SELECT erp.take_balance_checkpoint();
SELECT is((SELECT amount FROM erp.income_statement('2000-02-01', '2000-12-31', 1) WHERE section = 'Result'), 25.0000, 'by checkpoints too');

-- Open items, tax and statements: two orders, one paid in part.
SELECT pg_temp.make_customer('s@tap.test'), pg_temp.make_product('tap-s', 10), pg_temp.make_stock('tap-s', 100, 4, 'tap ambient', '2000-01-01');
SELECT pg_temp.make_order('s1', 's@tap.test', 'tap-s', 10, '{"order_date": "2001-03-01"}'), pg_temp.make_order('s2', 's@tap.test', 'tap-s', 1, '{"order_date": "2001-04-02"}');
SELECT pg_temp.confirm('s1'), pg_temp.confirm('s2');
SELECT erp.post_customer_invoice(pg_temp.o('s1'), '2001-03-01') AS i1, erp.post_customer_invoice(pg_temp.o('s2'), '2001-04-02') AS i2 \gset
SELECT erp.record_customer_payment(pg_temp.c('s@tap.test'), 50, '2001-04-10', 'transfer 7') AS paid \gset
SELECT invoice_number AS n1, due_date AS d1, transaction_id AS t1 FROM erp.invoices WHERE invoice_id = :i1 \gset
SELECT is(
    (SELECT string_agg(concat_ws(' ', document_number, trim_scale(amount), trim_scale(open_amount), days_overdue), ', ') FROM erp.open_items('customer', day::date, 1) WHERE party_name = 's@tap.test'),
    answer, 'open on ' || day)
FROM (VALUES
    ('2001-02-28', NULL), ('2001-04-09', format('%s 120 120 %s, %s 12 12 0', :'n1', greatest('2001-04-09'::date - :'d1', 0), (SELECT invoice_number FROM erp.invoices WHERE invoice_id = :i2))),
    ('2001-04-10', format('%s 120 70 %s, %s 12 12 0', :'n1', greatest('2001-04-10'::date - :'d1', 0), (SELECT invoice_number FROM erp.invoices WHERE invoice_id = :i2)))
) AS v (day, answer);
SELECT is(
    (SELECT coalesce(sum(base_open_amount), 0) FROM erp.open_items('customer', day)), (SELECT coalesce(sum(total), 0) FROM erp.ar_ageing(day)),
    'the items are the ageing of ' || day)
FROM unnest(ARRAY['2001-03-31', '2001-04-10', '2100-01-01']::date[]) AS day;
SELECT is((SELECT coalesce(sum(base_open_amount), 0) FROM erp.open_items('supplier')), (SELECT coalesce(sum(total), 0) FROM erp.ap_ageing()), 'the suppliers'' too');
SELECT is((SELECT count(*) FROM erp.open_items('customer', NULL, :two)), 0::bigint, 'the other company has none');
SELECT is((SELECT coalesce(sum(total), 0) FROM erp.ar_ageing(NULL, 1)), (SELECT sum(balance) FROM erp.trial_balance(NULL, 1) WHERE account_code = '1100'), 'the ageing of one company is its account 1100');
SELECT throws_ok($$SELECT * FROM erp.open_items('partner')$$, 'RP261', NULL, 'nobody else has items');
SELECT is(
    (SELECT string_agg(concat_ws(' ', period_start, tax_code, trim_scale(tax_rate), documents, trim_scale(net_amount), trim_scale(tax_amount)), ', ') FROM erp.tax_report('2001-01-01', '2001-12-31', 1)),
    '2001-03-01 TAP20 20 1 100 20, 2001-04-01 TAP20 20 1 10 2', 'tax by month and code');
SELECT is(
    (SELECT coalesce(sum(tax_amount), 0) FROM erp.tax_report(NULL, NULL) WHERE direction = 'output'),
    (SELECT coalesce(-sum(j.signed_base_amount), 0) FROM erp.journal_entries AS j JOIN erp.accounts AS a USING (account_id) JOIN erp.financial_transactions AS t USING (transaction_id)
        WHERE a.account_code = '2300' AND t.source_document_type = 'invoice'), 'the tax is what the invoices'' journals posted');
SELECT is(
    (SELECT string_agg(concat_ws(' ', document_type, document_number, trim_scale(debit), trim_scale(credit), trim_scale(balance)), ', ') FROM erp.customer_statement(pg_temp.c('s@tap.test'), '2001-04-01', '2001-12-31')),
    format('opening 120, invoice %s 12 132, payment transfer 7 50 82', (SELECT invoice_number FROM erp.invoices WHERE invoice_id = :i2)), 'a customer''s statement');
SELECT is((SELECT balance FROM erp.customer_statement(pg_temp.c('s@tap.test'), NULL, NULL) OFFSET 3), (SELECT current_balance FROM erp.customers WHERE customer_id = pg_temp.c('s@tap.test')), 'ends at the customer''s balance');
SELECT throws_ok('SELECT * FROM erp.customer_statement(-1, NULL, NULL)', 'RP313', NULL, 'a customer there is not');

-- Budget.
SELECT is(pg_temp.attempt('erp_controller', $$INSERT INTO erp_budgets (account_id, month, department_id, amount) SELECT a.account_id, m::date, d.department_id, 50 FROM erp_accounts AS a, erp_departments AS d, unnest(ARRAY['2000-02-01', '2000-03-01']) AS m WHERE a.account_code = '5200' AND d.department_code = 'TAP'$$), 'ok', 'the controller plans');
SELECT is(pg_temp.attempt('erp_operator', 'UPDATE erp_budgets SET amount = 1'), '42501', 'the operator does not');
SELECT is(
    (SELECT string_agg(concat_ws(' ', account_code, coalesce(department_code, '-'), trim_scale(budget), trim_scale(actual), trim_scale(variance)), ', ') FROM erp.budget_report('2000-02-01', '2000-03-31', 1)),
    '4100 - 0 90 90, 5200 - 0 25 25, 5200 TAP 100 40 -60', 'budget against actual, by department');
SELECT throws_ok($$INSERT INTO erp.budgets (account_id, month, amount) SELECT account_id, '2000-02-02', 1 FROM erp.accounts WHERE account_code = '5200'$$, '23514', NULL, 'a budget is for a month');

-- Walked back: a figure of a report to its legs, its document, event, agent, rules.
INSERT INTO agent.constraints (rule_name, target_table, triggering_operation, logic_ast, violation_message)
VALUES ('tap_receipts', 'erp_payments', 'INSERT', '{"<": [{"var": "amount"}, 1000000]}', 'too much');
INSERT INTO erp_task_events (event_type, payload) VALUES ('PAYMENT_RECEIVED', '{"customer_email": "s@tap.test", "amount": 7}') RETURNING event_id AS event \gset
SET LOCAL SESSION AUTHORIZATION finance_agent;
SELECT event_id AS task, lease_token AS lease FROM agent.claim_task(100) WHERE event_id = :event \gset
SELECT agent.call_tool(:task, 'record_customer_payment', '{"customer_email": "s@tap.test", "amount": 7}', :lease) AS answer \gset
SET LOCAL SESSION AUTHORIZATION DEFAULT;
SELECT transaction_id AS receipt FROM erp.payments WHERE payment_id = (:'answer'::jsonb #>> '{result,payment_id}')::bigint \gset
CREATE FUNCTION pg_temp.told(id bigint, word text) RETURNS text LANGUAGE sql AS $$ SELECT string_agg(detail, ', ') FROM erp.why('transaction', id) WHERE what = word $$;
SELECT is(pg_temp.told(:receipt, 'posting'), '1010 Bank clearing: debit 7 EUR, 1100 Accounts receivable: credit 7 EUR', 'the legs');
SELECT matches(pg_temp.told(:receipt, 'payment'), '^payment \d+ received: 7 EUR', 'their document');
SELECT is(pg_temp.told(:receipt, 'event PAYMENT_RECEIVED'), format('event %s is processing', :event), 'the event that caused it');
SELECT is((SELECT who FROM erp.why('transaction', :receipt) WHERE what = 'allowed record_customer_payment'), 'finance_agent', 'the agent that did it');
SELECT matches(pg_temp.told(:receipt, 'rule tap_receipts version 1'), '^enforce', 'the version of the rule that judged it');
SELECT matches(pg_temp.told(:t1, 'invoice'), '^' || :'n1', 'an invoice''s journal leads to the invoice');
SELECT matches(pg_temp.told(:capital, 'journal'), '^transaction \d+ of 2000-01-05: tap, from adjustment', 'a plain journal to itself');

-- Who may read them.
SELECT is(
    (SELECT string_agg(DISTINCT pg_temp.attempt(who, 'SELECT count(*) >= 0 FROM ' || report), ' ') FROM unnest(ARRAY['erp.general_ledger(''1000'', NULL, NULL)',
        'erp.compare_balance_sheet(''2000-03-31'', ''2000-01-31'')', 'erp.cash_flow(NULL, NULL)', 'erp.open_items(''customer'')', 'erp.tax_report(NULL, NULL)',
        'erp.budget_report(''2000-01-01'', ''2000-12-31'')', 'erp.trial_balance(NULL, 1)', format('erp.customer_statement(%s, NULL, NULL)', pg_temp.c('s@tap.test'))]) AS report),
    answer, format('%s reads them: %s', who, answer))
FROM (VALUES ('erp_operator', 'true'), ('finance_agent', 'true'), ('sales_agent', '42501'), ('hr_payroll_agent', '42501')) AS v (who, answer);
SELECT * FROM finish();
ROLLBACK;
