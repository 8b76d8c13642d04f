-- Receipts in any currency: what they settle at which rate, what is gained, and that ageing is the control account on any day.
-- Acceptance checks 9, 11 and 12.
BEGIN;
\ir _fixtures.sql
\ir _journals.sql
SELECT plan(63);
SELECT erp.today() - 30 AS d30, erp.today() - 20 AS d20, erp.today() - 15 AS d15, erp.today() - 10 AS d10, erp.today() - 5 AS d5 \gset
DELETE FROM erp.exchange_rates WHERE from_currency IN ('USD', 'JPY', 'CHF');
INSERT INTO erp.exchange_rates (from_currency, to_currency, rate_date, rate) VALUES
('USD', 'EUR', :'d30', 0.90), ('USD', 'EUR', :'d20', 0.92), ('USD', 'EUR', :'d15', 0.88), ('USD', 'EUR', :'d10', 0.95), ('USD', 'EUR', :'d5', 0.97),
('JPY', 'EUR', :'d30', 0.0061), ('JPY', 'EUR', :'d10', 0.0062);
SELECT pg_temp.make_customer('usd@tap.test'), pg_temp.make_customer('jpy@tap.test'), pg_temp.make_product('tap-1', 0.01, tax_class => 'tap0'), pg_temp.make_stock('tap-1', 1000, 0.01);
INSERT INTO erp.tax_codes (tax_code, tax_code_name, direction, account_id) SELECT 'TAP0', 'test, 0 %', 'output', account_id FROM erp.accounts WHERE account_code = '2300';
INSERT INTO erp.tax_rates (tax_code, valid_from, rate_percent) VALUES ('TAP0', '1900-01-01', 0);
INSERT INTO erp.tax_determinations (product_tax_class, customer_tax_status, country_code, tax_code) VALUES ('tap0', 'business', '*', 'TAP0');
-- An invoice over an amount in a currency, posted on a day; its number.
CREATE FUNCTION pg_temp.bill(word text, email text, amount numeric, currency text, day date) RETURNS text LANGUAGE plpgsql
AS $$
DECLARE
    invoice bigint;
BEGIN
    PERFORM pg_temp.make_order(word, email, jsonb_build_array(jsonb_build_object('sku', 'tap-1', 'quantity', 1, 'unit_price', amount)),
        jsonb_build_object('currency', currency, 'order_date', day, 'fulfilment', 'on_request'));
    PERFORM pg_temp.confirm(word);
    PERFORM erp.issue_goods(pg_temp.o(word), day);
    invoice := erp.post_customer_invoice(pg_temp.o(word));
    RETURN (SELECT invoice_number FROM erp.invoices WHERE invoice_id = invoice);
END
$$;
CREATE FUNCTION pg_temp.pay(email text, amount text, more text DEFAULT '', who name DEFAULT 'erp_operator') RETURNS text LANGUAGE sql
AS $$ SELECT pg_temp.attempt(who, format('SELECT erp.record_customer_payment(%s, %s%s)', pg_temp.c(email), amount, more)) $$;
CREATE FUNCTION pg_temp.owes(email text) RETURNS numeric LANGUAGE sql AS $$ SELECT trim_scale(current_balance) FROM erp.customers WHERE contact_email = email $$;
-- Days, those of postings and around, on which the ageing is not the control account.
CREATE FUNCTION pg_temp.untied(direction text) RETURNS text LANGUAGE sql
AS $$
    SELECT string_agg(d.day::text || ' ' || g.total || ' ' || c.balance, ', ')
    FROM (SELECT erp.today() - n AS day FROM unnest(ARRAY[40, 31, 30, 29, 20, 19, 15, 14, 10, 9, 5, 4, 0, -1]) AS n) AS d
    CROSS JOIN LATERAL (SELECT coalesce(sum(total), 0) AS total FROM erp.ageing(direction, d.day)) AS g
    CROSS JOIN LATERAL (SELECT coalesce(sum(balance), 0) AS balance FROM erp.trial_balance(d.day)
        WHERE account_code = CASE direction WHEN 'customer' THEN '1100' ELSE '2000' END) AS c
    WHERE g.total <> CASE direction WHEN 'customer' THEN c.balance ELSE -c.balance END
$$;
SELECT pg_temp.balance('1100') AS ar, pg_temp.balance('5400') AS gain, pg_temp.balance('1010') AS bank \gset

-- Acceptance check 9.
SELECT pg_temp.bill('thousand', 'usd@tap.test', 1000, 'USD', :'d30') AS thousand \gset
SELECT is(pg_temp.owes('usd@tap.test'), 900::numeric, '1,000 dollars at 0.90 are owed as 900');
SELECT pg_temp.pay('usd@tap.test', '500', format(', currency => ''USD'', received_on => %L', :'d20')) AS half \gset
SELECT is(pg_temp.balance('1100') - :ar, 450::numeric, '500 paid at 0.92 leave 450');
SELECT is(pg_temp.owes('usd@tap.test'), 450::numeric, 'as the customer''s balance says');
SELECT is(pg_temp.balance('5400') - :gain, -10::numeric, 'and gain 10');
SELECT is(pg_temp.balance('1010') - :bank, 460::numeric, 'the bank has 460');
SELECT is((SELECT trim_scale(base_settled) || ' ' || trim_scale(base_paid) FROM erp.payment_allocations WHERE payment_id = :half), '450 460', 'the allocation says why');
SELECT is(
    pg_temp.legs_of((SELECT transaction_id FROM erp.payment_allocations WHERE payment_id = :half)),
    '1100 500 USD 460, 1100 -500 USD -450, 3950 -500 USD -460, 3950 500 USD 450, 3950 10 EUR 10, 5400 -10 EUR -10', 'its journal balances in dollars, euros and base');
SELECT is((SELECT trim_scale(amount_open) || ' ' || payment_status FROM erp.invoices WHERE invoice_number = :'thousand'), '500 partly_paid', 'half is open');
SELECT is((SELECT concat_ws(' ', trim_scale(base_amount), trim_scale(exchange_rate), currency_code) FROM erp.payments WHERE payment_id = :half), '460 0.92 USD', 'the payment keeps its rate');

-- Over-paid at a worse rate: the rest is the customer's, at the rate it came in.
SELECT pg_temp.pay('usd@tap.test', '600', format(', currency => ''USD'', received_on => %L', :'d15')) AS over \gset
SELECT is(pg_temp.owes('usd@tap.test'), -88::numeric, '100 dollars too much are 88');
SELECT is(pg_temp.balance('5400') - :gain, 0::numeric, 'the other half loses what the first gained');
SELECT is((SELECT trim_scale(amount_open) || ' ' || payment_status FROM erp.invoices WHERE invoice_number = :'thousand'), '0 paid', 'the invoice is paid');
SELECT is((SELECT sum(base_settled) FROM erp.payment_allocations JOIN erp.invoices USING (invoice_id) WHERE invoice_number = :'thousand'), 900::numeric, 'exactly');
SELECT is(pg_temp.untied('customer'), NULL, 'the ageing is the control account on every day');

-- Allocated later, on another day, by another rate.
SELECT is(pg_temp.attempt('erp_operator', format('SELECT erp.allocate_payment(%s)', :over)), 'RP249', 'there is nothing to settle yet');
SELECT pg_temp.bill('later', 'usd@tap.test', 80, 'USD', :'d10') AS later \gset
SELECT is(pg_temp.attempt('erp_operator', format('SELECT erp.allocate_payment(%s, %L, %s)', :over, :'later', wrong)), 'RP249', 'not ' || wrong)
FROM unnest(ARRAY['100.01', '0', '-1']) AS wrong;
SELECT is(pg_temp.attempt('erp_operator', format('SELECT erp.allocate_payment(%s, ''INV-0000'')', :over)), 'RP241', 'nor an invoice that is not');
SELECT is(pg_temp.attempt('erp_operator', format('SELECT erp.allocate_payment(%s, %L, allocated_on => erp.today() + 1)', :over, :'later')), 'RP217', 'nor tomorrow');
SELECT is(pg_temp.attempt('erp_operator', format('SELECT erp.allocate_payment(%s, %L, 0.0001)', :over, :'later')), 'RP211', 'nor a part of a cent');
SELECT is(pg_temp.attempt('erp_operator', 'SELECT erp.allocate_payment(-1)'), 'RP249', 'nor a payment that is not');
SELECT is(pg_temp.attempt('finance_agent', format('SELECT erp.allocate_payment(%s)', :over)), '42501', 'nor by an agent directly');
SELECT is(pg_temp.attempt('erp_operator', format('SELECT trim_scale(erp.allocate_payment(%s, %L, 30, %L))', :over, :'later', :'d5')), '30', '30 of it');
SELECT is(pg_temp.balance('5400') - :gain, 2.10, 'at 0.88 for 0.95 lose 2.10');
SELECT is(pg_temp.attempt('erp_operator', format('SELECT trim_scale(erp.allocate_payment(%s))', :over)), '50', 'the rest of the invoice');
SELECT is((SELECT trim_scale(amount_unallocated) FROM erp.payments WHERE payment_id = :over), 20::numeric, 'leaves 20');
SELECT is(pg_temp.owes('usd@tap.test'), -17.60, 'which are 17.60');
SELECT is(
    (SELECT string_agg(trim_scale(base_settled) || ' ' || trim_scale(base_paid) || ' ' || (allocated_on = d), ', ' ORDER BY allocation_id)
    FROM erp.payment_allocations JOIN erp.invoices USING (invoice_id), LATERAL (SELECT CASE amount WHEN 30 THEN :'d5'::date ELSE erp.today() END AS d) AS e
    WHERE invoice_number = :'later'), '28.5 26.4 true, 47.5 44 true', 'each on its day, at both rates');
SELECT is(pg_temp.untied('customer'), NULL, 'the ageing is the control account on every day still');

-- Paid before it was invoiced: nothing is settled before both are there.
SELECT pg_temp.bill('advance', 'usd@tap.test', 50, 'USD', :'d10') AS advance \gset
SELECT pg_temp.pay('usd@tap.test', '50', format(', currency => ''USD'', received_on => %L, invoice_number => %L', :'d20', :'advance')) AS early \gset
SELECT is(
    (SELECT concat_ws(' ', p.paid_on, a.allocated_on, trim_scale(base_settled), trim_scale(base_paid)) FROM erp.payments AS p JOIN erp.payment_allocations AS a USING (payment_id) WHERE payment_id = :early),
    concat_ws(' ', :'d20', :'d10', '47.5', '46'), 'an advance is allocated on the invoice''s day');
SELECT is(pg_temp.untied('customer'), NULL, 'and is a credit until then');
SELECT is(
    pg_temp.attempt('postgres', format('INSERT INTO erp.payment_allocations (payment_id, invoice_id, amount, allocated_on)
        SELECT %s, invoice_id, 1, %L FROM erp.invoices WHERE invoice_number = %L', :over, :'d20', :'later')), 'RP224', 'by no path earlier');

-- Whose, and in which currency.
SELECT pg_temp.bill('yen', 'jpy@tap.test', 1000, 'JPY', :'d30') AS yen \gset
SELECT is(pg_temp.pay('jpy@tap.test', amount, more), code, code || ' for ' || amount || more)
FROM (VALUES
    ('10', format(', currency => ''USD'', invoice_number => %L', :'yen'), 'RP240'), ('10', format(', invoice_number => %L', :'yen'), 'RP240'),
    ('10.5', ', currency => ''JPY''', 'RP010'), ('10', ', currency => ''CHF''', 'RP212'), ('10', ', currency => ''XXX''', 'RP010'),
    ('10', format(', currency => ''USD'', invoice_number => %L', :'later'), 'RP241')) AS v (amount, more, code);
SELECT is(
    pg_temp.attempt('postgres', format('INSERT INTO erp.payment_allocations (payment_id, invoice_id, amount, allocated_on)
        SELECT %s, invoice_id, 1, erp.today() FROM erp.invoices WHERE invoice_number = %L', :over, :'yen')), 'RP240', 'nobody pays another''s invoice');
SELECT matches(pg_temp.pay('jpy@tap.test', '5', ', currency => ''USD'''), '^[0-9]+$', 'dollars of somebody who owes yen');
SELECT is((SELECT payment_status FROM erp.invoices WHERE invoice_number = :'yen'), 'open', 'stay a credit in dollars');
-- In thirds, by another rate: nothing remains of it in base.
SELECT matches(pg_temp.pay('jpy@tap.test', amount, format(', currency => ''JPY'', received_on => %L', :'d10')), '^[0-9]+$', amount || ' yen') FROM unnest(ARRAY['333', '333', '334']) AS amount;
SELECT is(
    (SELECT sum(base_settled) || ' ' || sum(base_paid) FROM erp.payment_allocations JOIN erp.invoices USING (invoice_id) WHERE invoice_number = :'yen'), '6.1000 6.1900',
    'thirds settle the whole');
SELECT is(pg_temp.owes('jpy@tap.test'), -4.85, 'the dollars alone remain');
SELECT is(pg_temp.untied('customer'), NULL, 'and the ageing is the control account');

-- Acceptance checks 11 and 12: a month later, as of before the payment.
SELECT is(
    (SELECT trim_scale(total) FROM erp.ar_ageing(:'d30'::date + 5) WHERE customer_id = pg_temp.c('usd@tap.test')), 900::numeric, 'an invoice paid since was open then');
SELECT is(
    (SELECT concat_ws(' ', trim_scale(not_due), trim_scale(unallocated), trim_scale(total)) FROM erp.ar_ageing() WHERE customer_id = pg_temp.c('usd@tap.test')),
    '0 -17.6 -17.6', 'a credit has a bucket of its own');

-- Revalued at the end of a period, and back the day after.
SELECT pg_temp.bill('open', 'usd@tap.test', 500, 'USD', :'d30') AS open \gset
SELECT pg_temp.balance('1100') AS ar \gset
SELECT is(pg_temp.attempt(who, format('SELECT erp.revalue_open_items(1, %L)', :'d10')), '42501', who || ' revalues nothing') FROM unnest(ARRAY['erp_operator', 'finance_agent']) AS who;
SELECT pg_temp.attempt('erp_controller', format('SELECT erp.revalue_open_items(1, %L)', :'d10')) AS tx \gset
SELECT is(
    (SELECT sum(j.signed_base_amount) FROM erp.journal_entries AS j JOIN erp.accounts AS a USING (account_id) WHERE j.transaction_id = :tx AND account_code = '1190'),
    (SELECT sum(round(x.open_amount * erp.exchange_rate(x.currency_code, 'EUR', :'d10'), 2) - x.base_open_amount) FROM (
        SELECT currency_code, sum(open_amount) AS open_amount, sum(base_open_amount) AS base_open_amount FROM erp.open_items('customer', :'d10') WHERE currency_code <> 'EUR' GROUP BY 1) AS x),
    'the open items at the rate of the day');
SELECT is(
    (SELECT string_agg(account_code || ' ' || (signed_base_amount < 0), ', ' ORDER BY account_code) FROM erp.journal_entries JOIN erp.accounts USING (account_id) WHERE transaction_id = :tx),
    '1190 false, 5410 true', 'are a gain not realised yet');
SELECT is(pg_temp.balance('1100'), :ar, 'receivables stay what they are');
SELECT is((SELECT posted_on FROM erp.financial_transactions WHERE reverses_transaction_id = :tx), :'d10'::date + 1, 'it is taken back the day after');
SELECT is(pg_temp.balance('1190') + pg_temp.balance('5410'), 0::numeric, 'to nothing');
SELECT is(pg_temp.attempt('erp_controller', format('SELECT erp.revalue_open_items(1, %L)', :'d10')), 'ok', 'again there is nothing to post');
SELECT trim_scale(sum(balance)) AS before FROM erp.trial_balance(:'d10') WHERE account_code = '1190' \gset
UPDATE erp.exchange_rates SET rate = 0.96 WHERE rate_date = :'d10' AND from_currency = 'USD';
SELECT isnt(pg_temp.attempt('erp_controller', format('SELECT erp.revalue_open_items(1, %L)', :'d10')), 'ok', 'a corrected rate');
SELECT is(
    (SELECT sum(balance) - :before FROM erp.trial_balance(:'d10') WHERE account_code = '1190'),
    (SELECT round(sum(open_amount) * 0.01, 2) FROM erp.open_items('customer', :'d10') WHERE currency_code = 'USD'), 'posts the difference');
SELECT is(pg_temp.attempt('erp_controller', 'SELECT erp.revalue_open_items(1, erp.today() - 3000)'), 'ok', 'without open items there is nothing to revalue');
SELECT is(pg_temp.attempt('erp_controller', format('SELECT erp.reverse_journal_entry((SELECT transaction_id FROM erp_financial_transactions WHERE reverses_transaction_id = %s), ''x'')', :tx)), 'RP222',
    'nobody reverses by hand what takes itself back');
SELECT is_empty('SELECT * FROM erp.check_consistency()', 'the books are right after all this');
SELECT * FROM finish();
ROLLBACK;
