-- Reports follow from the journal: trial balance, balance sheet, income statement, ageing, exports; as of any day.
BEGIN;
\ir _fixtures.sql
SELECT plan(69);
SELECT erp.ensure_fiscal_year(1, 2000), erp.ensure_fiscal_year(1, 2001);
SELECT pg_temp.make_customer('a@tap.test'), pg_temp.make_product('tap-1', 10), pg_temp.make_stock('tap-1', 100, 4, 'tap ambient', '2000-01-01');
CREATE FUNCTION pg_temp.tb(code text, day date DEFAULT NULL) RETURNS numeric LANGUAGE sql AS $$ SELECT trim_scale(coalesce(sum(balance), 0)) FROM erp.trial_balance(day) WHERE account_code = code $$;
SELECT pg_temp.tb('5200', '2000-06-14') AS b14, pg_temp.tb('5200', '2000-06-15') AS b15 \gset
SELECT erp.post_journal_entry(E'rent; * "quoted"\n2000-01-01 injected\n    assets:1000  1 EUR', '[{"account_code": "5200", "amount": 70.07, "is_credit": false, "memo": "m"}, {"account_code": "1000", "amount": 70.07, "is_credit": true}]', '2000-06-15');
SELECT is(pg_temp.tb('5200', '2000-06-15') - :b15, 70.07, 'a posting counts from its day on');
SELECT is(pg_temp.tb('5200', '2000-06-14') - :b14, 0::numeric, 'not before');
SELECT is((SELECT sum(debit) - sum(credit) FROM erp.trial_balance(day)), 0.0000, 'debits are credits as of ' || day)
FROM unnest(ARRAY['2000-06-14', '2000-06-15', '2100-01-01', 'infinity']::date[]) AS day;
SELECT is((SELECT sum(balance) FROM erp.trial_balance()), 0.0000, 'and today');
SELECT is(
    (SELECT sum(CASE section WHEN 'Asset' THEN amount ELSE -amount END) FROM erp.balance_sheet(day)), 0.0000, 'the balance sheet balances as of ' || day)
FROM unnest(ARRAY['1999-12-31', '2000-06-15', '2100-01-01']::date[]) AS day;
SELECT is((SELECT amount FROM erp.income_statement('2000-06-15', '2000-06-15') WHERE account_code = '5200'), -70.0700, 'an expense of one day');
SELECT is((SELECT amount FROM erp.income_statement('2000-06-16', '2000-06-30') WHERE section = 'Result'), 0::numeric, 'a time without business');
SELECT pg_temp.make_order('o', 'a@tap.test', 'tap-1', 10, '{"order_date": "2000-12-20"}');
SELECT pg_temp.confirm('o');
SELECT erp.post_customer_invoice(pg_temp.o('o')) AS invoice \gset
SELECT due_date AS due FROM erp.invoices WHERE invoice_id = :invoice \gset
SELECT is((SELECT not_due || ' ' || total FROM erp.ar_ageing(:'due') WHERE customer_id = pg_temp.c('a@tap.test')), '120.0000 120.0000', 'on its due day an invoice is not overdue');
SELECT is(
    (SELECT concat_ws(' ', trim_scale(not_due), trim_scale(days_1_30), trim_scale(days_31_60), trim_scale(days_61_90), trim_scale(over_90)) FROM erp.ar_ageing(:'due'::date + days) WHERE customer_id = pg_temp.c('a@tap.test')), buckets, days || ' days after')
FROM (VALUES (1, '0 120 0 0 0'), (30, '0 120 0 0 0'), (31, '0 0 120 0 0'), (60, '0 0 120 0 0'), (61, '0 0 0 120 0'), (90, '0 0 0 120 0'), (91, '0 0 0 0 120')) AS v (days, buckets);
SELECT is((SELECT coalesce(sum(total), 0) FROM erp.ar_ageing()), (SELECT balance FROM erp.trial_balance() WHERE account_code = '1100'), 'the ageing is account 1100');
SELECT erp.record_customer_payment(pg_temp.c('a@tap.test'), 150);
SELECT is((SELECT trim_scale(total) || ' ' || trim_scale(unallocated) FROM erp.ar_ageing() WHERE customer_id = pg_temp.c('a@tap.test')), '-30 -30', 'a customer''s credit is negative');
SELECT is((SELECT coalesce(sum(total), 0) FROM erp.ar_ageing()), (SELECT balance FROM erp.trial_balance() WHERE account_code = '1100'), 'and still account 1100');
SELECT is(
    (SELECT coalesce(sum(total), 0) FROM erp.ap_ageing()), (SELECT coalesce(-sum(balance), 0) FROM erp.trial_balance() WHERE account_code = '2000'), 'the suppliers'' is account 2000');

-- Exports: whole minor units, nobody's words become entries.
SELECT is((SELECT count(*) FROM regexp_split_to_table((SELECT string_agg(l, E'\n') FROM erp.export_hledger('2000-06-15', '2000-06-15') AS l), E'\n') AS r WHERE r ~ '^\d{4}-'), 1::bigint, 'one transaction, whatever its text says');
SELECT is((SELECT array_agg(r ORDER BY r) FROM regexp_split_to_table((SELECT string_agg(l, E'\n') FROM erp.export_hledger('2000-06-15', '2000-06-15') AS l), E'\n') AS r WHERE r ~ '^    '), ARRAY['    asset:1000  -7007 EUR', '    expense:5200  7007 EUR'], 'in cents');
SELECT is((SELECT count(*) FROM regexp_split_to_table((SELECT string_agg(l, E'\n') FROM erp.export_beancount('2000-06-15', '2000-06-15') AS l), E'\n') AS r WHERE r ~ '^\d{4}-\d\d-\d\d \*'), 1::bigint, 'the same for beancount');

-- Who may read them.
SELECT is(pg_temp.attempt(who, 'SELECT count(*) > 0 FROM ' || report), answer, format('%s reads %s: %s', who, report, answer))
FROM unnest(ARRAY['erp.trial_balance()', 'erp.balance_sheet()', 'erp.income_statement(''2000-01-01'', ''2100-01-01'')', 'erp.ar_ageing()', 'erp.ap_ageing()', 'erp.export_hledger()', 'erp.export_beancount()']) AS report
CROSS JOIN (VALUES ('erp_operator', 'true'), ('erp_controller', 'true'), ('finance_agent', 'true'), ('sales_agent', '42501'), ('concierge_agent', '42501'), ('inventory_watcher', '42501')) AS v (who, answer)
WHERE NOT (report = 'erp.ap_ageing()' AND NOT EXISTS (SELECT FROM erp.invoices WHERE direction = 'supplier') AND answer = 'true');
SELECT * FROM finish();
ROLLBACK;
