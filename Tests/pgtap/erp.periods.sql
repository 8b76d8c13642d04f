-- Periods: closed by area or for good, what stands against it, late events, exceptions, reversals, and the year's end.
-- Acceptance checks 6, 7 and 8.
BEGIN;
\ir _fixtures.sql
\ir _journals.sql
SELECT plan(114);
SELECT date_trunc('month', erp.today() - interval '2 months')::date AS first, date_trunc('month', erp.today() - interval '1 month')::date AS next \gset
SELECT fiscal_year AS year, period_number AS number, period_id AS period, ends_on AS last FROM erp.fiscal_periods WHERE company_id = 1 AND starts_on = :'first' \gset
CREATE FUNCTION pg_temp.close(year int, number int, more text DEFAULT '', who name DEFAULT 'erp_controller') RETURNS text LANGUAGE sql
AS $$ SELECT pg_temp.attempt(who, format('SELECT erp.close_period(1, %s, %s%s) ->> ''closed''', year, number, more)) $$;
CREATE FUNCTION pg_temp.blockers(year int, number int, more text DEFAULT '') RETURNS text LANGUAGE plpgsql
AS $$
DECLARE
    answer text;
BEGIN
    EXECUTE format('SELECT string_agg(blocking_area || '' '' || blocker || '' '' || regexp_replace(reference, '' .*'', '''') || '' '' || detail, ''; '' ORDER BY reference)
        FROM erp.close_blockers(1, %s, %s%s)', year, number, more) INTO answer;
    RETURN coalesce(answer, 'none');
END
$$;
-- What the sample company still has open is not of this test.
UPDATE agent.task_events SET status = 'completed', processed_at = now(), lease_token = NULL, lease_until = NULL WHERE status IN ('pending', 'processing');
SELECT pg_temp.make_customer('t@tap.test'), pg_temp.make_product('tap-1', 10), pg_temp.make_stock('tap-1', 1000, 4, day => :'first');
SELECT pg_temp.make_order(w, 't@tap.test', 'tap-1', 10, jsonb_build_object('order_date', :'first', 'fulfilment', 'on_request')) FROM unnest(ARRAY['early', 'late', 'open']) AS w;
SELECT pg_temp.confirm(w) FROM unnest(ARRAY['early', 'late', 'open']) AS w;

-- One area after the other.
SELECT is(pg_temp.close(:year, :number, ', ''inventory''', who), ending, who || ' closes the stock of a month: ' || ending)
FROM (VALUES ('finance_agent', '42501'), ('erp_cron', '42501'), ('erp_operator', 'inventory')) AS v (who, ending);
SELECT is(pg_temp.close(:year, :number, ', ''inventory'''), 'RP243', 'once');
SELECT is(pg_temp.close(:year, :number, ', ''weather'''), '23514', 'what is no area does not close');
SELECT is(pg_temp.close(:year, 14), 'RP204', 'nor what is no period');
SELECT is(pg_temp.post(pg_temp.legs('5200 10', '1000 -10'), format(', posted_on => %L', :'first')), 'ok', 'the ledger is open still');
SELECT is(
    pg_temp.attempt('postgres', format('SELECT pg_temp.make_stock(''tap-1'', 1, 4, day => %L)', :'last')), 'RP205', 'no goods come in any more');
SELECT is(
    pg_temp.attempt('postgres', format(
        'INSERT INTO erp.stock_moves (product_id, warehouse_id, move_type, quantity, value, source_document_type, moved_on) VALUES (%s, %s, ''receipt'', 1, 0, ''test'', %L)',
        pg_temp.p('tap-1'), pg_temp.w('tap ambient'), :'first')), 'RP205', 'not even without value');
SELECT is(
    pg_temp.attempt('postgres', format('UPDATE erp.cost_layers SET received_on = %L WHERE product_id = %s', :'last', pg_temp.p('tap-1'))), 'RP205', 'nor does a layer move in it');
SELECT is(pg_temp.attempt('erp_operator', format('SELECT (erp.issue_goods(@early@, %L) > 0)::text', :'last')), 'true', 'goods that left then are told of late');
SELECT is(
    (SELECT concat_ws(' ', s.shipped_on, m.moved_on, t.posted_on) FROM erp.shipments AS s JOIN erp.financial_transactions AS t USING (transaction_id)
    JOIN erp.stock_moves AS m ON m.source_document_type = 'shipment' AND m.source_document_id = s.shipment_id WHERE s.sales_order_id = pg_temp.o('early')),
    concat_ws(' ', :'last', :'next', :'next'), 'they keep their day, and cost on the first open one');
SELECT is(pg_temp.close(:year, :number, ', ''sales''', 'erp_operator'), 'sales', 'sales closes');
SELECT is(pg_temp.attempt('erp_controller', 'SELECT (erp.post_customer_invoice(@early@) > 0)::text'), 'true', 'the invoice comes late');
SELECT is(
    (SELECT concat_ws(' ', delivery_date, document_date, posting_date) FROM erp.invoices WHERE sales_order_id = pg_temp.o('early')),
    concat_ws(' ', :'last', :'next', :'next'), 'keeps its delivery date and is posted on the first open day');
INSERT INTO erp.suppliers (company_name) VALUES ('tap supplier') RETURNING supplier_id AS supplier \gset
SELECT is(
    pg_temp.attempt('postgres', format(
        'INSERT INTO erp.invoices (direction, document_type, invoice_number, customer_id, supplier_id, document_date, delivery_date, due_date, posting_date,
            currency_code, rounding_policy, net_total, tax_total, gross_total, base_gross_total, amount_open)
        VALUES (%L, ''invoice'', ''TAP-1'', %s, %s, %4$L, %4$L, %4$L, %4$L, ''EUR'', ''per_line'', 0, 0, 0, 0, 0)', direction, customer, supplier, :'first')),
    code, format('a document of a %s dated in it: %s', direction, code))
FROM (VALUES ('customer', pg_temp.c('t@tap.test')::text, 'NULL', 'RP205'), ('supplier', 'NULL', :'supplier', 'ok')) AS v (direction, customer, supplier, code);
SELECT is(pg_temp.attempt('postgres', format('UPDATE erp.invoices SET posting_date = %L WHERE sales_order_id = @early@', :'first')), 'RP203', 'none is dated back into it');
SELECT is(pg_temp.close(:year, :number, ', ''bank''', 'erp_operator'), 'bank', 'the bank closes');
SELECT is(pg_temp.attempt('erp_operator', format('SELECT (erp.record_customer_payment(%s, 20, %L) > 0)::text', pg_temp.c('t@tap.test'), :'last')), 'true', 'a receipt of then');
SELECT is(
    (SELECT concat_ws(' ', p.paid_on, p.value_date, t.posted_on, a.allocated_on) FROM erp.payments AS p JOIN erp.financial_transactions AS t USING (transaction_id)
    JOIN erp.payment_allocations AS a USING (payment_id) ORDER BY payment_id DESC LIMIT 1),
    concat_ws(' ', :'next', :'last', :'next', :'next'), 'keeps its value date and settles on the first open day');
SELECT is(
    pg_temp.attempt('postgres', format('INSERT INTO erp.payment_allocations (payment_id, invoice_id, amount, allocated_on)
        SELECT payment_id, invoice_id, 1, %L FROM erp.payment_allocations ORDER BY allocation_id DESC LIMIT 1', :'first')), 'RP205', 'no allocation is dated into it');
SELECT is(
    pg_temp.attempt('postgres', format('INSERT INTO erp.payments (direction, customer_id, amount, amount_unallocated, currency_code, base_amount, paid_on, transaction_id)
        SELECT direction, customer_id, 1, 1, ''EUR'', 1, %L, transaction_id FROM erp.payments ORDER BY payment_id DESC LIMIT 1', :'first')), 'RP205', 'nor a payment');
SELECT is(erp.first_open_day(1, '1950-05-05', 'sales'), '1950-05-05'::date, 'a day without period is not moved');

-- An exception: for one role, one area, a while.
SELECT is(pg_temp.close(:year, :number, ', ''ledger''', 'erp_operator'), 'ledger', 'the ledger closes');
SELECT is(pg_temp.post(pg_temp.legs('5200 1', '1000 -1'), format(', posted_on => %L', :'first'), who), 'RP205', who || ' posts no journal into it') FROM unnest(ARRAY['erp_operator', 'erp_controller', 'postgres']) AS who;
CREATE FUNCTION pg_temp.excuse(year int, number int, whom name, until text, more text DEFAULT '', who name DEFAULT 'erp_controller', reason text DEFAULT 'the bill was lost') RETURNS text LANGUAGE sql
AS $$ SELECT pg_temp.attempt(who, format('SELECT (erp.grant_period_exception(1, %s, %s, %L, %L, clock_timestamp() + %L%s) > 0)::text', year, number, whom, reason, until, more)) $$;
SELECT is(pg_temp.excuse(:year, :number, 'erp_operator', '1 hour', ', ''ledger''', 'erp_operator'), '42501', 'the controller grants exceptions');
SELECT is(pg_temp.excuse(:year, :number, 'erp_controller', '1 hour'), 'RP505', 'not to oneself');
SELECT is(pg_temp.excuse(:year, :number, 'erp_operator', '8 days'), '23514', 'not for longer than a week');
SELECT is(pg_temp.excuse(:year, :number, 'erp_operator', '-1 second'), '23514', 'not for the past');
SELECT is(pg_temp.excuse(:year, :number, 'erp_operator', '1 hour', reason => ' '), '23514', 'not without a reason');
SELECT is(pg_temp.excuse(:year, :number, 'erp_operator', '1 hour', ', ''sales'''), 'true', 'for sales');
SELECT is(pg_temp.post(pg_temp.legs('5200 1', '1000 -1'), format(', posted_on => %L', :'first'), 'erp_operator'), 'RP205', 'is none for the ledger');
SELECT is(pg_temp.excuse(:year, :number, 'erp_operator', '1 hour', ', ''ledger'''), 'true', 'for the ledger');
SELECT is(pg_temp.post(pg_temp.legs('5200 1', '1000 -1'), format(', posted_on => %L', :'first'), who), ending, who || ' under it: ' || ending)
FROM (VALUES ('erp_operator', 'ok'), ('erp_controller', 'RP205')) AS v (who, ending);
SELECT is((SELECT action_type || ' ' || reason FROM agent.authorization_logs ORDER BY log_id DESC LIMIT 1), 'grant_period_exception the bill was lost', 'it is logged with its reason');
SELECT is(pg_temp.attempt('postgres', s), 'RP203', s)
FROM unnest(ARRAY['UPDATE erp.period_exceptions SET expires_at = expires_at + interval ''1 minute''', 'DELETE FROM erp.period_exceptions', 'TRUNCATE erp.period_exceptions']) AS s;
ALTER TABLE erp.period_exceptions DISABLE TRIGGER _150_append_only;
UPDATE erp.period_exceptions SET created_at = clock_timestamp() - interval '2 hours', expires_at = clock_timestamp() - interval '1 second';
ALTER TABLE erp.period_exceptions ENABLE ALWAYS TRIGGER _150_append_only;
SELECT is(pg_temp.post(pg_temp.legs('5200 1', '1000 -1'), format(', posted_on => %L', :'first'), 'erp_operator'), 'RP205', 'over, it is none');
SELECT is(pg_temp.attempt(who, format('SELECT erp.reopen_period(1, %s, %s, ''mistake'', ''ledger'') IS NULL', :year, :number)), ending, who || ' reopens an area: ' || ending)
FROM (VALUES ('erp_operator', '42501'), ('erp_controller', 'false')) AS v (who, ending);
SELECT is(pg_temp.attempt('erp_controller', format('SELECT erp.reopen_period(1, %s, %s, '' '')', :year, :number)), 'RP511', 'for a reason');
SELECT is(pg_temp.post(pg_temp.legs('5200 1', '1000 -1'), format(', posted_on => %L', :'first')), 'ok', 'open again, it takes journals');
SELECT is(pg_temp.attempt('erp_controller', format('SELECT erp.reopen_period(1, %s, %s, ''all of it'') IS NULL', :year, :number)), 'false', 'all areas open again');
SELECT is((SELECT closed_areas::text || status FROM erp.fiscal_periods WHERE period_id = :period), '{}open', 'to the last');

-- What stands against closing.
SELECT is(pg_temp.blockers(:year, :number), 'none', 'nothing stands against it');
SELECT is(pg_temp.attempt('erp_operator', format('SELECT (erp.issue_goods(@late@, %L) > 0)::text', :'last')), 'true', 'goods leave on its last day');
INSERT INTO erp.bank_statements (account_id, statement_reference, currency_code, opening_balance, closing_balance, statement_date)
SELECT account_id, 'TAP-1', 'EUR', 0, 27, :'last' FROM erp.accounts WHERE account_code = '1000' RETURNING statement_id AS statement \gset
INSERT INTO erp.bank_statement_lines (statement_id, bank_reference, booked_on, amount) VALUES (:statement, 'a', :'last', 20), (:statement, 'b', :'next', 7);
SELECT pg_temp.attempt('erp_operator', format('SELECT erp.propose_journal_entry(''fee'', %L, ''forgotten'', posted_on => %L)', pg_temp.legs('5200 10', '2100 -10'), :'last')) AS item \gset
INSERT INTO agent.task_events (event_type, payload, run_at) VALUES ('BANK_RECONCILIATION', '{}', :'last'::timestamp AT TIME ZONE 'Europe/Berlin'), ('BANK_RECONCILIATION', '{}', :'next'::timestamp AT TIME ZONE 'Europe/Berlin');
SELECT is(
    pg_temp.blockers(:year, :number),
    format('bank unmatched bank line bank_statement_line 20 on %s; ledger proposed journal journal_draft fee on %1$s; '
        'sales shipped not invoiced sales_order 10 units over 100.00; ledger open task task BANK_RECONCILIATION is pending', :'last'),
    'what stands against it is listed, and what is dated later is not');
SELECT is(pg_temp.blockers(:year, :number, ', ''bank'''), format('bank unmatched bank line bank_statement_line 20 on %s', :'last'), 'area by area');
SELECT is(pg_temp.close(:year, :number), 'RP242', 'with that it does not close');
SELECT is(pg_temp.said(), format('period %s/%s cannot close: 4 items are open', :year, :number), 'and says how much it is');
SELECT is(pg_temp.close(:year, :number, ', accrue => true'), 'RP242', 'not everything is accrued');
SELECT is(pg_temp.said(), format('period %s/%s cannot close: 3 items are open', :year, :number), 'only the goods');
SELECT is(pg_temp.attempt('erp_controller', format('UPDATE erp_fiscal_periods SET status = ''closed'' WHERE period_id = %s', :period)), 'RP242', 'nor does it close by hand');
SELECT is(pg_temp.close(:year, :number, ', ''payroll''', 'erp_operator'), 'payroll', 'an area that is clear does');
SELECT pg_temp.attempt('erp_controller', format('SELECT erp.reject(%s, ''no'')', :'item')) IS NOT NULL;
UPDATE erp.bank_statement_lines SET payment_id = (SELECT max(payment_id) FROM erp.payments) WHERE statement_id = :statement AND bank_reference = 'a';
UPDATE agent.task_events SET status = 'completed', processed_at = now() WHERE status = 'pending' AND run_at < :'next'::timestamp AT TIME ZONE 'Europe/Berlin';
SELECT is(pg_temp.close(:year, :number, who => 'erp_operator'), '42501', 'a whole period is the controller''s to close');
SELECT is(pg_temp.close(:year, :number, ', accrue => true'), 'all', 'the rest accrued, it closes');
SELECT is(
    (SELECT string_agg(t.posted_on || ' ' || pg_temp.legs_of(t.transaction_id), '; ' ORDER BY t.transaction_id) FROM erp.financial_transactions AS t WHERE source_document_type = 'period_accrual'),
    format('%s 1150 100 EUR 100, 4000 -100 EUR -100; %s 4000 100 EUR 100, 1150 -100 EUR -100', :'last', :'next'), 'the accrual takes itself back the day after');
SELECT is(pg_temp.close(:year, :number), 'RP243', 'closed is closed');
SELECT is(pg_temp.excuse(:year, :number, 'erp_operator', '1 hour'), 'RP244', 'for good: it takes no exception');
SELECT is(pg_temp.post(pg_temp.legs('5200 1', '1000 -1'), format(', posted_on => %L', :'last')), 'RP205', 'nothing is posted into it');
SELECT is(pg_temp.attempt('erp_controller', 'SELECT (erp.post_customer_invoice(@late@) > 0)::text'), 'true', 'the accrued goods are invoiced');
SELECT is((SELECT posting_date FROM erp.invoices WHERE sales_order_id = pg_temp.o('late')), :'next'::date, 'in the open period');
SELECT is(pg_temp.attempt('erp_controller', format('SELECT erp.reopen_period(1, %s, %s, ''again'') IS NULL', :year, :number)), 'false', 'reopened');
SELECT is(pg_temp.close(:year, :number), 'all', 'what is accrued already stands against nothing');
SELECT is((SELECT count(*) FROM erp.financial_transactions WHERE source_document_type = 'period_accrual'), 2::bigint, 'nor is it accrued twice');

-- Acceptance checks 7 and 8: a journal of a closed January is reversed in the open period, once.
SELECT erp.ensure_fiscal_year(1, y) FROM generate_series(2001, 2003) AS y;
SELECT erp.post_journal_entry('january', pg_temp.legs('5200 120', '1000 -120'), '2001-01-10') AS january,
    erp.post_journal_entry('sale', pg_temp.legs('1000 500', '4100 -500'), '2001-03-10') AS sale,
    erp.post_journal_entry('sale', pg_temp.legs('1000 50', '4100 -50'), '2002-03-10') AS second \gset
SELECT is(pg_temp.attempt('erp_controller', format('SELECT erp.reverse_journal_entry(%s, ''too early'', ''2001-01-09'')', :january)), 'RP223', 'nothing is reversed before its day');
SELECT is(pg_temp.close(2001, 1), 'all', 'January closes');
CREATE TEMP TABLE kept AS SELECT md5(string_agg(b::text, E'\n' ORDER BY account_code)) AS january FROM erp.trial_balance('2001-01-31') AS b;
SELECT is(pg_temp.attempt('erp_controller', format('SELECT erp.reverse_journal_entry(%s, ''wrong'', ''2001-01-31'')', :january)), 'RP205', 'no reversal is dated into January');
SELECT pg_temp.attempt('erp_controller', format('SELECT erp.reverse_journal_entry(%s, ''wrong'')', :january)) AS reversal \gset
SELECT is(
    (SELECT concat_ws(' ', posted_on, reverses_transaction_id) FROM erp.financial_transactions WHERE transaction_id = :reversal),
    concat_ws(' ', erp.today(), :january), 'it is dated today, and linked');
SELECT is((SELECT md5(string_agg(b::text, E'\n' ORDER BY account_code)) FROM erp.trial_balance('2001-01-31') AS b), (SELECT january FROM kept), 'January''s trial balance is the same to the byte');
SELECT is(pg_temp.attempt('erp_controller', format('SELECT erp.reverse_journal_entry(%s, ''again'')', :january)), 'RP214', 'once only');
SELECT is(pg_temp.attempt('erp_controller', format('SELECT (erp.reverse_journal_entry(%s, ''it was right'') > 0)::text', :reversal)), 'true', 'the reversal itself is reversed');
SELECT is(
    (SELECT string_agg(trim_scale(x.total)::text, ' ') FROM (
        SELECT sum(j.signed_base_amount) AS total FROM erp.journal_entries AS j JOIN erp.financial_transactions AS t USING (transaction_id)
        WHERE t.transaction_id IN (:january, :reversal) OR t.reverses_transaction_id = :reversal GROUP BY j.account_id ORDER BY 1) AS x), '-120 120', 'and leaves the journal as it was');
UPDATE erp.fiscal_periods SET closed_areas = '{ledger}' WHERE company_id = 1 AND erp.today() BETWEEN starts_on AND ends_on;
SELECT pg_temp.attempt('erp_controller', format('SELECT erp.reverse_journal_entry(%s, ''wrong'')', :sale)) AS reversal \gset
SELECT is(
    (SELECT posted_on FROM erp.financial_transactions WHERE transaction_id = :reversal),
    (SELECT ends_on + 1 FROM erp.fiscal_periods WHERE company_id = 1 AND erp.today() BETWEEN starts_on AND ends_on), 'with today closed it stands on the first open day');
UPDATE erp.fiscal_periods SET closed_areas = '{}' WHERE company_id = 1 AND erp.today() BETWEEN starts_on AND ends_on;

-- The year's end: in order, to retained earnings, and back.
CREATE FUNCTION pg_temp.year_end(deed text, who name DEFAULT 'erp_controller') RETURNS text LANGUAGE sql
AS $$ SELECT regexp_replace(pg_temp.attempt(who, 'SELECT ' || deed), '^[0-9]{1,4}$', 'ok') $$;
SELECT is(pg_temp.year_end('erp.close_fiscal_year(1, 2001)'), 'RP244', 'a year with open periods does not close');
UPDATE erp.fiscal_periods SET status = 'closed' WHERE company_id = 1 AND fiscal_year IN (2001, 2002);
SELECT is(pg_temp.year_end('erp.close_fiscal_year(1, 2002)'), 'RP244', 'nor one before an earlier one');
SELECT is(pg_temp.year_end('erp.close_fiscal_year(1, 1999)'), 'RP244', 'nor one that has no periods');
SELECT is(pg_temp.year_end('erp.close_fiscal_year(1, 2001)', who), '42501', who || ' closes no year') FROM unnest(ARRAY['erp_operator', 'finance_agent', 'erp_cron']) AS who;
SELECT sum(balance) AS result FROM erp.result_accounts(1, '2001-12-31') \gset
SELECT is(:result, -380::numeric, 'the year earned 380');
SELECT is(pg_temp.year_end('erp.close_fiscal_year(1, 2001)'), 'ok', 'the first year closes');
SELECT is(
    (SELECT concat_ws(' ', t.posted_on, t.source_document_type, pg_temp.legs_of(t.transaction_id)) FROM erp.fiscal_year_closings JOIN erp.financial_transactions AS t USING (transaction_id)
    WHERE fiscal_year = 2001), '2001-12-31 year_end 4100 500 EUR 500, 5200 -120 EUR -120, 3000 -380 EUR -380', 'its result goes to retained earnings');
SELECT is_empty('SELECT * FROM erp.result_accounts(1, ''2001-12-31'')', 'revenue and expense begin anew');
SELECT is((SELECT amount FROM erp.income_statement('2001-01-01', '2001-12-31') WHERE section = 'Result'), 380::numeric, 'what was earned is told all the same');
SELECT is(
    (SELECT sum(CASE section WHEN 'Asset' THEN amount ELSE -amount END) FROM erp.balance_sheet('2001-12-31')), 0::numeric, 'the balance sheet balances');
SELECT is(pg_temp.year_end('erp.close_fiscal_year(1, 2001)'), 'RP243', 'it closes once');
SELECT is(erp.ensure_fiscal_year(1, 1998), 0, 'no year opens before a closed one');
SELECT is(pg_temp.year_end('erp.close_fiscal_year(1, 2002)'), 'ok', 'then the next');
SELECT is(pg_temp.attempt('erp_controller', 'SELECT erp.reopen_period(1, 2001, 12, ''x'')'), 'RP245', 'periods of a closed year stay closed');
SELECT is(pg_temp.attempt('postgres', 'UPDATE erp.fiscal_periods SET status = ''open'' WHERE company_id = 1 AND fiscal_year = 2001'), 'RP245', 'whoever tries');
SELECT is(pg_temp.post(pg_temp.legs('5200 1', '1000 -1'), ', posted_on => ''2001-12-31'', source_type => ''year_end'''), 'RP222', 'nobody posts a year''s end by hand');
SELECT is(pg_temp.attempt('erp_operator', format('SELECT erp.propose_journal_entry(''x'', %L, ''x'', source_type => ''year_end'')', pg_temp.legs('5200 1', '1000 -1'))), 'RP222', 'nor proposes one');
SELECT is(pg_temp.attempt('erp_controller', format('SELECT erp.reverse_journal_entry(%s, ''x'')', (SELECT transaction_id FROM erp.fiscal_year_closings WHERE fiscal_year = 2002))), 'RP222', 'nor reverses one');
SELECT is(pg_temp.year_end('erp.reopen_fiscal_year(1, 2001, ''late bill'')'), 'RP246', 'years are reopened from the last');
SELECT is(pg_temp.year_end('erp.reopen_fiscal_year(1, 2002, '' '')'), 'RP511', 'for a reason');
SELECT is(pg_temp.year_end('erp.reopen_fiscal_year(1, 2002, ''late bill'')', 'erp_operator'), '42501', 'by the controller');
SELECT is(pg_temp.year_end('erp.reopen_fiscal_year(1, 2002, ''late bill'')'), 'ok', 'the last one');
SELECT is(pg_temp.year_end('erp.reopen_fiscal_year(1, 2001, ''late bill'')'), 'ok', 'then the one before');
SELECT is((SELECT sum(balance) FROM erp.result_accounts(1, '2001-12-31')), -380::numeric, 'what was earned stands on its accounts again');
SELECT is(pg_temp.attempt('erp_controller', 'SELECT erp.reopen_period(1, 2001, 12, ''late bill'') IS NULL'), 'false', 'its periods can be opened');
SELECT is(pg_temp.post(pg_temp.legs('5200 80', '1000 -80'), ', posted_on => ''2001-12-31'''), 'ok', 'the late bill is posted');
SELECT is(pg_temp.close(2001, 12), 'all', 'closed again');
SELECT is(pg_temp.year_end('erp.close_fiscal_year(1, 2001)'), 'ok', 'the year closes with it');
SELECT is((SELECT balance FROM erp.trial_balance('2001-12-31') WHERE account_code = '3000'), -300::numeric, 'at what it earned');

-- Years ahead.
UPDATE erp.clock SET clock_offset = '600 days';
SELECT is(pg_temp.attempt('erp_cron', 'SELECT erp.ensure_fiscal_years() > 0'), 'true', 'the schedule keeps periods ahead');
SELECT is(pg_temp.attempt('erp_cron', 'SELECT erp.ensure_fiscal_years()'), '0', 'once');
SELECT ok(EXISTS (SELECT FROM erp.fiscal_periods WHERE company_id = 1 AND erp.today() + interval '12 months' BETWEEN starts_on AND ends_on), 'for twelve months');
UPDATE erp.clock SET clock_offset = '0';
SELECT is_empty('SELECT * FROM erp.check_consistency()', 'the books are right after all this');
SELECT * FROM finish();
ROLLBACK;
