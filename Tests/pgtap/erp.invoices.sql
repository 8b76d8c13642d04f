-- Invoices and tax: what a document says, its number, how it rounds, that it stays.
BEGIN;
\ir _fixtures.sql
SELECT plan(40);
INSERT INTO erp.exchange_rates (from_currency, to_currency, rate_date, rate) VALUES ('JPY', 'EUR', '1990-01-01', 0.0061), ('KWD', 'EUR', '1990-01-01', 3) ON CONFLICT (from_currency, to_currency, rate_date) DO UPDATE SET rate = excluded.rate;
DELETE FROM erp.exchange_rates WHERE from_currency IN ('CHF') OR (from_currency IN ('JPY', 'KWD') AND rate_date > '1990-01-01');
SELECT pg_temp.make_customer('a@tap.test'), pg_temp.make_product('tap-1', 10), pg_temp.make_product('tap-untaxed', 10, false, 'no such class'), pg_temp.make_stock('tap-1', 100000, 4), pg_temp.make_stock('tap-untaxed', 100, 4);
CREATE FUNCTION pg_temp.three(price text) RETURNS jsonb LANGUAGE sql
AS $$ SELECT format('[{"sku": "tap-1", "quantity": 1, "unit_price": %1$s}, {"sku": "tap-1", "quantity": 1, "unit_price": %1$s}, {"sku": "tap-1", "quantity": 1, "unit_price": %1$s}]', price)::jsonb $$;
CREATE FUNCTION pg_temp.invoice(word text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_id text;
BEGIN
    PERFORM pg_temp.confirm(word);
    v_id := pg_temp.attempt('erp_operator', format('SELECT erp.post_customer_invoice(%s)', pg_temp.o(word)));
    RETURN coalesce((
        SELECT concat_ws(' ', trim_scale(net_total), trim_scale(tax_total), trim_scale(gross_total), currency_code, trim_scale(base_gross_total))
        FROM erp.invoices WHERE invoice_id::text = v_id AND sales_order_id = pg_temp.o(word)), v_id);
END
$$;
CREATE FUNCTION pg_temp.number(word text) RETURNS text LANGUAGE sql AS $$ SELECT invoice_number FROM erp.invoices WHERE sales_order_id = pg_temp.o(word) $$;

-- 1. Rounding.
SELECT pg_temp.make_order('line', 'a@tap.test', pg_temp.three('10.01')), pg_temp.make_order('doc', 'a@tap.test', pg_temp.three('10.01'));
UPDATE erp.sales_orders SET rounding_policy = 'per_document' WHERE sales_order_id = pg_temp.o('doc');
SELECT is(pg_temp.invoice('line'), '30.03 6 36.03 EUR 36.03', '3 x 10.01 at 20 % line by line is 36.03');
SELECT is(pg_temp.invoice('doc'), '30.03 6.01 36.04 EUR 36.04', 'as a document 36.04');
SELECT is((SELECT array_agg(trim_scale(tax_amount) ORDER BY line_number) FROM erp.invoice_items JOIN erp.invoices USING (invoice_id) WHERE sales_order_id = pg_temp.o('doc')), '{2.01,2,2}', 'the odd cent goes to one line');
SELECT pg_temp.make_order('half', 'a@tap.test', '[{"sku": "tap-1", "quantity": 0.5, "unit_price": 10.03}]');
SELECT is(pg_temp.invoice('half'), '5.02 1 6.02 EUR 6.02', 'half a cent is rounded away from zero');
SELECT pg_temp.make_order('tiny', 'a@tap.test', '[{"sku": "tap-1", "quantity": 0.0001}]');
SELECT is(pg_temp.invoice('tiny'), '0 0 0 EUR 0', 'an invoice over nothing has a number and no journal');
SELECT is((SELECT transaction_id FROM erp.invoices WHERE sales_order_id = pg_temp.o('tiny')), NULL, 'no journal of nothing');
SELECT is(pg_temp.status('tiny'), 'paid', 'nothing owed is paid');
INSERT INTO erp.price_lists (product_id, currency_code, unit_price) VALUES (pg_temp.p('tap-1'), 'JPY', 1001), (pg_temp.p('tap-1'), 'KWD', 10.0015);
SELECT pg_temp.make_order('yen', 'a@tap.test', '[{"sku": "tap-1", "quantity": 3}, {"sku": "tap-1", "quantity": 0.5}]'::jsonb, '{"currency": "JPY"}'), pg_temp.make_order('dinar', 'a@tap.test', '[{"sku": "tap-1", "quantity": 3}]'::jsonb, '{"currency": "KWD"}');
SELECT is(pg_temp.invoice('yen'), '3504 701 4205 JPY 25.65', 'yen without decimals');
SELECT is(pg_temp.invoice('dinar'), '30.005 6.001 36.006 KWD 108.02', 'dinars with three');
SELECT throws_ok($$SELECT pg_temp.make_order('franc', 'a@tap.test', 'tap-1', 1, '{"currency": "CHF"}')$$, 'RP212', NULL, 'no rate, no order');
SELECT throws_ok($$SELECT pg_temp.make_order('xxx', 'a@tap.test', 'tap-1', 1, '{"currency": "XXX"}')$$, 'RP010', NULL, 'no such currency');

-- 2. The journal of an invoice.
SELECT results_eq(
    $$SELECT account_code || ' ' || trim_scale(signed_amount) FROM erp.journal_entries JOIN erp.accounts USING (account_id) JOIN erp.invoices AS i USING (transaction_id) WHERE i.sales_order_id = pg_temp.o('line') ORDER BY entry_id$$,
    ARRAY['1100 36.03', '4000 -30.03', '2300 -6'], 'receivable to revenue and tax');
SELECT is((SELECT due_date - document_date FROM erp.invoices WHERE sales_order_id = pg_temp.o('line')), 30, 'due by the customer''s terms');

-- 3. Tax: no match is held, never 0 %.
SELECT pg_temp.make_order('untaxed', 'a@tap.test', 'tap-untaxed', 1);
SELECT is(pg_temp.confirm('untaxed'), 'RP220', 'no determination, no release');
INSERT INTO erp.tax_determinations (product_tax_class, customer_tax_status, country_code, tax_code) VALUES ('no such class', 'business', 'DE', 'TAP20');
UPDATE erp.sales_order_items SET quantity = quantity WHERE sales_order_id = pg_temp.o('untaxed');
SELECT is(pg_temp.invoice('untaxed'), '10 2 12 EUR 12', 'with one it is taxed');
INSERT INTO erp.tax_codes (tax_code, tax_code_name, direction, account_id) SELECT 'TAPEND', 'ended', 'output', account_id FROM erp.accounts WHERE account_code = '2300';
INSERT INTO erp.tax_rates (tax_code, valid_from, valid_to, rate_percent) VALUES ('TAPEND', '2000-01-01', '2000-12-31', 20);
INSERT INTO erp.tax_determinations (product_tax_class, customer_tax_status, country_code, tax_code) VALUES ('tap', 'business', 'XE', 'TAPEND');
SELECT pg_temp.make_order('ended', 'a@tap.test', 'tap-1', 1, '{"ship_to_country": "XE"}');
SELECT is(pg_temp.confirm('ended'), 'RP220', 'a code without a rate that day is no match: the general one does not step in');
UPDATE erp.customers SET tax_status = 'hermit' WHERE customer_id = pg_temp.c('a@tap.test');
SELECT pg_temp.make_order('hermit', 'a@tap.test', 'tap-1', 1);
SELECT is(pg_temp.confirm('hermit'), 'RP220', 'nor an unknown tax status');
UPDATE erp.customers SET tax_status = 'business' WHERE customer_id = pg_temp.c('a@tap.test');

-- 4. Numbers.
SELECT pg_temp.make_order(w, 'a@tap.test', 'tap-1', 1) FROM unnest(ARRAY['n1', 'n2', 'n3']) AS w;
SELECT is(pg_temp.invoice('n1'), '10 2 12 EUR 12', 'one');
SAVEPOINT s;
SELECT is(pg_temp.invoice('n2'), '10 2 12 EUR 12', 'another, rolled back');
ROLLBACK TO s;
SELECT is(pg_temp.invoice('n3'), '10 2 12 EUR 12', 'the next');
SELECT is(right(pg_temp.number('n3'), 6)::integer, right(pg_temp.number('n1'), 6)::integer + 1, 'leaves no gap');
SELECT is(pg_temp.attempt('erp_operator', 'SELECT erp.post_customer_invoice(@n2@)'), 'RP230', 'nothing issued, nothing invoiced');
SELECT is(pg_temp.attempt('erp_operator', 'SELECT erp.post_customer_invoice(-1)'), 'RP312', 'no order, no invoice');
SELECT pg_temp.make_order('old', 'a@tap.test', 'tap-1', 1);
SELECT pg_temp.confirm('old');
SELECT pg_temp.attempt('erp_operator', format('SELECT erp.post_customer_invoice(@old@, %L)', (SELECT min(starts_on) FROM erp.fiscal_periods AS p WHERE p.company_id = 1 AND p.fiscal_year = (SELECT fiscal_year FROM erp.fiscal_periods WHERE company_id = 1 AND erp.today() BETWEEN starts_on AND ends_on)))) AS old \gset
SELECT is((SELECT document_date FROM erp.invoices WHERE sales_order_id = pg_temp.o('old')), erp.today(), 'dates do not fall within a series');

-- 5. What is posted stays.
SELECT is(pg_temp.attempt('postgres', s), 'RP203', s)
FROM unnest(ARRAY['UPDATE erp.invoices SET net_total = 0, gross_total = tax_total', 'UPDATE erp.invoices SET due_date = due_date + 1', 'UPDATE erp.invoices SET invoice_number = ''X'' || invoice_number',
    'DELETE FROM erp.invoices', 'TRUNCATE erp.invoices CASCADE', 'UPDATE erp.invoice_items SET quantity = 2', 'DELETE FROM erp.invoice_items']) AS s;
SELECT is(pg_temp.attempt('erp_operator', s), '42501', s)
FROM unnest(ARRAY['UPDATE erp.invoices SET amount_open = 0', 'INSERT INTO erp.payments (direction) VALUES (''received'')', 'UPDATE erp.document_series SET last_number = 0', 'UPDATE erp.customers SET current_balance = 0',
    'UPDATE erp.customers SET uninvoiced_order_value = 0', 'INSERT INTO erp.payment_allocations (payment_id, invoice_id, amount, allocated_on) VALUES (1, 1, 1, ''2026-01-01'')', 'SELECT erp.next_document_number(1, ''invoice'', ''2026-01-01'')',
    'SELECT erp.post_ledger(''x'', ''[]'', NULL, ''x'', NULL, NULL, NULL, 1)']) AS s;
SELECT is_empty('SELECT * FROM erp.check_consistency()', 'the books are right after all this');
SELECT * FROM finish();
ROLLBACK;
