-- Posting: what a journal must be, who may post, what can never be done to one afterwards.
BEGIN;
\ir _fixtures.sql
\ir _journals.sql
SELECT plan(79);
SELECT is(pg_temp.post(pg_temp.legs('5200 10', '1000 -10')), 'ok', 'a balanced journal is posted');
SELECT is(pg_temp.post(pg_temp.legs('5200 10', '1000 -10'), '', 'erp_operator'), 'ok', 'the operator posts within the own limit');
SELECT is(pg_temp.post(pg_temp.legs('5200 250000', '1000 -250000'), '', 'erp_operator'), 'ok', 'exactly the own limit is within it');
SELECT is(pg_temp.post(pg_temp.legs('5200 250000.01', '1000 -250000.01'), '', 'erp_operator'), 'RP504', 'a cent above is not');
SELECT is(pg_temp.post(pg_temp.legs('5200 10', '1000 -10'), '', role), '42501', role || ' posts nothing directly')
FROM unnest(ARRAY['sales_agent', 'finance_agent', 'procurement_agent', 'inventory_watcher', 'hr_payroll_agent', 'concierge_agent', 'erp_cron']) AS role;

-- What a journal must be.
SELECT is(pg_temp.post(pg_temp.legs('5200 10.01', '1000 -10')), 'RP201', 'out by a cent is refused');
SELECT is(pg_temp.post(pg_temp.legs('5200 10', '1000 -10.01')), 'RP201', 'out by a cent the other way is refused');
SELECT is(pg_temp.post(pg_temp.legs('5200 10')), 'RP202', 'one leg is refused');
SELECT is(pg_temp.post('[]'), 'RP202', 'no leg is refused');
SELECT is(pg_temp.post('null'), 'RP202', 'null is no list of legs');
SELECT is(pg_temp.post('{"a": 1}'), 'RP202', 'an object is no list of legs');
SELECT is(pg_temp.post('[1, "x"]'), 'RP209', 'a leg is an object');
SELECT is(pg_temp.post('[{"account_code": "5200", "amount": 10, "is_credit": "false"}]'), 'RP209', 'is_credit is a boolean');
SELECT is(pg_temp.post('[{"account_code": "5200", "amount": 10}]'), 'RP209', 'is_credit is not guessed');
SELECT is(pg_temp.post(('[{"account_code": "5200", "is_credit": false, "amount": ' || amount || '}]')::jsonb), 'RP209', 'refused as an amount: ' || amount)
FROM unnest(ARRAY['0', '-10', '"NaN"', '"Infinity"', '"1e3"', '1e30', '"10; DROP TABLE x"', 'null', '[10]', '" 10"', '"0x10"', '"10\n"']) AS amount;
SELECT is(pg_temp.post(pg_temp.legs('9999 10', '1000 -10')), 'RP210', 'an unknown account is refused');
SELECT is(pg_temp.post(pg_temp.legs('5200 10.001', '1000 -10.001')), 'RP211', 'a tenth of a cent is refused');
SELECT is(pg_temp.post(pg_temp.legs('5200 10.1000', '1000 -10.10')), 'ok', 'trailing zeros are no decimals');
SELECT is(pg_temp.post(pg_temp.legs('0520 10', '1000 -10')), 'RP206', 'a heading takes no postings');
UPDATE erp.accounts SET is_active = false WHERE account_code = '1300';
SELECT is(pg_temp.post(pg_temp.legs('1300 10', '1000 -10')), 'RP206', 'an inactive account takes no postings');
SELECT is(pg_temp.post(pg_temp.legs('5200 10', code || ' -10')), 'RP207', 'control account ' || code || ' is not for manual journals')
FROM unnest(ARRAY['1100', '1200', '2000', '2050', '2300', '2400']) AS code;
SELECT is(
    pg_temp.attempt('erp_controller', format('SELECT erp.post_journal_entry('' '', %L)', pg_temp.legs('5200 10', '1000 -10'))), '23514',
    'a journal says what happened');
SELECT isnt(pg_temp.post(pg_temp.legs('5200 10', '1000 -10'), ', company_id => 4711'), 'ok', 'a company that does not exist has no books');

-- Hostile words are words.
SELECT pg_temp.attempt('erp_controller', format(
    'SELECT erp.post_journal_entry(%L, %L)', E'\'); DROP TABLE erp.journal_entries; --\u202E"<script>\\', pg_temp.legs('5200 10', '1000 -10'))) AS tx \gset
SELECT is(
    (SELECT semantic_description FROM erp.financial_transactions WHERE transaction_id = :tx), E'\'); DROP TABLE erp.journal_entries; --\u202E"<script>\\',
    'hostile words are kept as words');
SELECT is(
    (SELECT posted_by || ' ' || coalesce(executing_agent_id::text, 'nobody') FROM erp.financial_transactions WHERE transaction_id = :tx),
    'erp_controller nobody', 'who posted is who was logged in');

-- Dates and periods.
UPDATE erp.fiscal_periods SET status = 'closed'
WHERE company_id = 1 AND starts_on = date_trunc('month', erp.today() - interval '2 months')::date;
UPDATE erp.fiscal_periods SET status = 'soft_closed'
WHERE company_id = 1 AND starts_on = date_trunc('month', erp.today() - interval '3 months')::date;
SELECT is(
    pg_temp.post(pg_temp.legs('5200 10', '1000 -10'), format(', posted_on => %L', date_trunc('month', erp.today() - interval '2 months')::date)),
    'RP205', 'a closed period takes no postings');
SELECT is(
    pg_temp.post(pg_temp.legs('5200 10', '1000 -10'), format(', posted_on => %L', date_trunc('month', erp.today() - interval '3 months')::date)),
    'RP205', 'nor a soft-closed one');
SELECT is(
    pg_temp.post(pg_temp.legs('5200 10', '1000 -10'), format(
        ', posted_on => %L', (date_trunc('month', erp.today() - interval '1 month'))::date)),
    'ok', 'the first day after the closed one does');
SELECT is(pg_temp.post(pg_temp.legs('5200 10', '1000 -10'), $$, posted_on => '1971-01-01'$$), 'RP204', 'a day without period is refused');
SELECT is(pg_temp.post(pg_temp.legs('5200 10', '1000 -10'), $$, posted_on => 'infinity'$$), 'RP204', 'infinity is no day');

-- Currencies.
INSERT INTO erp.exchange_rates (from_currency, to_currency, rate_date, rate)
VALUES ('JPY', 'EUR', '1990-01-01', 0.0061), ('KWD', 'EUR', '1990-01-01', 3.003)
ON CONFLICT (from_currency, to_currency, rate_date) DO NOTHING;
DELETE FROM erp.exchange_rates WHERE from_currency = 'CHF';
SELECT is(pg_temp.post(pg_temp.legs('5200 1000 JPY', '1000 -1000 JPY')), 'ok', 'whole yen');
SELECT is(pg_temp.post(pg_temp.legs('5200 1000.5 JPY', '1000 -1000.5 JPY')), 'RP211', 'the yen has no decimals');
SELECT is(pg_temp.post(pg_temp.legs('5200 1.234 KWD', '1000 -1.234 KWD')), 'ok', 'the dinar has three');
SELECT is(pg_temp.post(pg_temp.legs('5200 1.2345 KWD', '1000 -1.2345 KWD')), 'RP211', 'but not four');
SELECT is(pg_temp.post(pg_temp.legs('5200 10 CHF', '1000 -10 CHF')), 'RP212', 'a missing rate is an error, never 1');
SELECT is(pg_temp.post(pg_temp.legs('5200 10 XXX', '1000 -10 XXX')), 'RP209', 'an unknown currency is refused');
SELECT is(pg_temp.post(pg_temp.legs('5200 1000 JPY', '1000 -6.10')), 'RP201', 'equal in base is not equal in each currency');
SELECT is(
    pg_temp.post(pg_temp.legs('5200 1000 JPY', '3950 -1000 JPY', '3950 6.10', '1000 -6.10')), 'ok',
    'two currencies pass through 3950');
SELECT is(pg_temp.post(pg_temp.legs('5200 10 EUR 11', '1000 -10 EUR 11')), 'RP215', 'base money is worth itself');
SELECT is(pg_temp.post(pg_temp.legs('5200 1000 JPY 6.10', '1000 -1000 JPY 6.11')), 'RP201', 'a journal balances in base as well');
SELECT is(pg_temp.post(pg_temp.legs('5200 1000 JPY 6.1001', '1000 -1000 JPY 6.1001')), 'RP211', 'a base amount has no fractions of a cent either');
SELECT is(pg_temp.post(pg_temp.legs('5200 10 JPY 0', '1000 -10 JPY 0')), 'RP209', 'a base amount of nothing is malformed');
SELECT is(
    pg_temp.post(pg_temp.legs('5200 1 JPY', '5200 1 JPY', '5200 1 JPY', '1000 -3 JPY')), 'ok',
    'the cent that rounding leaves in base goes to the largest leg');

-- Idempotency.
SELECT is(pg_temp.post(pg_temp.legs('5200 10', '1000 -10'), $$, idempotency_key => 'tap 1'$$), 'ok', 'a key is used');
SELECT is(
    pg_temp.attempt('erp_controller', format($$SELECT erp.post_journal_entry('rent', %L, idempotency_key => 'tap 1')$$, pg_temp.legs('5200 10', '1000 -10'))),
    (SELECT transaction_id::text FROM erp.financial_transactions WHERE idempotency_key = 'tap 1'), 'repeated, it returns the first id');
SELECT is(pg_temp.post(pg_temp.legs('5200 11', '1000 -11'), $$, idempotency_key => 'tap 1'$$), 'RP208', 'another payload is refused');
SELECT is(pg_temp.post(pg_temp.legs('5200 10', '1000 -10'), $$, idempotency_key => 'tap 1', posted_on => '2001-01-01'$$), 'RP208', 'so is another day');
SELECT is(
    (SELECT count(*) FROM erp.journal_entries JOIN erp.financial_transactions USING (transaction_id) WHERE idempotency_key = 'tap 1'), 2::bigint,
    'and posted it is once');
SELECT is(
    pg_temp.post(pg_temp.legs('5200 10', '1000 -10'), format($$, idempotency_key => 'tap 2', posted_on => %L$$, erp.today() - 0)), 'ok',
    'a key in an open period');
UPDATE erp.fiscal_periods SET status = 'closed' WHERE company_id = 1 AND erp.today() BETWEEN starts_on AND ends_on;
SELECT is(
    pg_temp.post(pg_temp.legs('5200 10', '1000 -10'), format($$, idempotency_key => 'tap 2', posted_on => %L$$, erp.today())), 'ok',
    'its repeat is answered when the period has closed');
UPDATE erp.fiscal_periods SET status = 'open' WHERE company_id = 1 AND erp.today() BETWEEN starts_on AND ends_on;

-- Reversal.
SELECT erp.post_journal_entry('to be reversed', pg_temp.legs('5200 12.34', '1000 -12.34')) AS tx \gset
SELECT is(pg_temp.attempt('erp_controller', format('SELECT erp.reverse_journal_entry(%s, '''')', :tx)), 'RP209', 'a reversal needs a reason');
SELECT matches(pg_temp.attempt('erp_controller', format('SELECT erp.reverse_journal_entry(%s, ''wrong account'')', :tx)), '^[0-9]+$', 'a journal is reversed');
SELECT is(
    (SELECT sum(j.signed_amount) FROM erp.journal_entries AS j JOIN erp.financial_transactions AS t USING (transaction_id)
    WHERE t.transaction_id = :tx OR t.reverses_transaction_id = :tx), 0::numeric, 'to nothing');
SELECT is(pg_temp.attempt('erp_controller', format('SELECT erp.reverse_journal_entry(%s, ''again'')', :tx)), 'RP214', 'once only');
SELECT is(pg_temp.attempt('erp_controller', 'SELECT erp.reverse_journal_entry(-1, ''x'')'), 'RP216', 'and only one that exists');
SELECT is(pg_temp.attempt('finance_agent', format('SELECT erp.reverse_journal_entry(%s, ''x'')', :tx)), '42501', 'agents do not call it');
SELECT pg_temp.make_product('tap-rev');
SELECT pg_temp.make_stock('tap-rev', 1) AS stocktx \gset
SELECT is(pg_temp.attempt('erp_controller', format('SELECT erp.reverse_journal_entry(%s, ''x'')', :stocktx)), 'RP207', 'a stock journal is reversed by its document');
SELECT * FROM finish();
ROLLBACK;
