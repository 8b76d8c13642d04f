-- Receipts: exact, part, over, whose; and the held orders they and other causes queue again, once.
BEGIN;
\ir _fixtures.sql
SELECT plan(50);
SELECT pg_temp.make_customer('a@tap.test'), pg_temp.make_customer('b@tap.test', 100), pg_temp.make_product('tap-1', 10), pg_temp.make_stock('tap-1', 1000, 4);
CREATE FUNCTION pg_temp.pay(amount text, more text DEFAULT '', email text DEFAULT 'a@tap.test') RETURNS text LANGUAGE sql
AS $$ SELECT regexp_replace(pg_temp.attempt('erp_operator', format('SELECT ''paid'' FROM erp.record_customer_payment(%s, %s%s)', pg_temp.c(email), amount, more)), '^\d{1,4}$', 'ok') $$;
CREATE FUNCTION pg_temp.open(word text) RETURNS text LANGUAGE sql
AS $$ SELECT trim_scale(amount_open) || ' ' || payment_status FROM erp.invoices WHERE sales_order_id = pg_temp.o(word) $$;
CREATE FUNCTION pg_temp.owes(email text) RETURNS numeric LANGUAGE sql AS $$ SELECT trim_scale(current_balance) FROM erp.customers WHERE contact_email = email $$;
SELECT pg_temp.make_order(w, 'a@tap.test', 'tap-1', 10) FROM unnest(ARRAY['i1', 'i2', 'i3']) AS w;
SELECT pg_temp.confirm(w) FROM unnest(ARRAY['i1', 'i2', 'i3']) AS w;
SELECT erp.post_customer_invoice(pg_temp.o(w)) FROM unnest(ARRAY['i1', 'i2', 'i3']) AS w;
SELECT invoice_number AS third FROM erp.invoices WHERE sales_order_id = pg_temp.o('i3') \gset

SELECT is(pg_temp.pay('119.99'), 'paid', 'a part is paid');
SELECT is(pg_temp.open('i1'), '0.01 partly_paid', 'of the oldest');
SELECT is(pg_temp.status('i1'), 'invoiced', 'which is not paid for a cent');
SELECT is(pg_temp.pay('0.01'), 'paid', 'the cent');
SELECT is(pg_temp.open('i1') || ' ' || pg_temp.status('i1'), '0 paid paid', 'pays it');
SELECT is(pg_temp.pay('20', format(', invoice_number => %L', :'third')), 'paid', 'a named invoice');
SELECT is(pg_temp.open('i2') || ' ' || pg_temp.open('i3'), '120 open 100 partly_paid', 'is settled first');
SELECT is(pg_temp.pay('250', format(', invoice_number => %L', :'third')), 'paid', 'too much');
SELECT is(pg_temp.open('i2') || ' ' || pg_temp.open('i3'), '0 paid 0 paid', 'settles all');
SELECT is((SELECT trim_scale(amount_unallocated) FROM erp.payments ORDER BY payment_id DESC LIMIT 1), 30::numeric, 'and the rest is the customer''s');
SELECT is(pg_temp.owes('a@tap.test'), -30::numeric, 'who is owed it');
SELECT is(
    (SELECT string_agg(account_code || ' ' || trim_scale(signed_amount), ', ' ORDER BY entry_id) FROM erp.journal_entries JOIN erp.accounts USING (account_id)
    WHERE transaction_id = (SELECT transaction_id FROM erp.payments ORDER BY payment_id DESC LIMIT 1)), '1010 250, 1100 -250', 'bank to receivable');
SELECT is(pg_temp.pay(v), 'RP010', 'no receipt of ' || v) FROM unnest(ARRAY['0', '-1', '0.001', '''NaN''', '''Infinity''', '1e15', 'NULL']) AS v;
SELECT is(pg_temp.pay('1', more), code, code || ' for ' || more)
FROM (VALUES (', invoice_number => ''INV-0000''', 'RP241'), (', currency => ''XXX''', 'RP010'), (', received_on => ''1971-01-01''', 'RP204')) AS v (more, code);
SELECT is(pg_temp.pay('1', format(', invoice_number => %L', :'third'), 'b@tap.test'), 'RP241', 'another customer''s invoice is not paid');
SELECT is(pg_temp.attempt('erp_operator', 'SELECT erp.record_customer_payment(-1, 1)'), 'RP313', 'nobody pays nothing');
SELECT is(pg_temp.pay('1', format(', reference => %L', E'x'' OR 1=1; DROP TABLE erp.payments; --\u202E')), 'paid', 'a hostile remittance');
SELECT is((SELECT reference FROM erp.payments ORDER BY payment_id DESC LIMIT 1), E'x'' OR 1=1; DROP TABLE erp.payments; --\u202E', 'is kept as it came');
SELECT is(pg_temp.attempt('postgres', s), 'RP203', s)
FROM unnest(ARRAY['UPDATE erp.payments SET amount = amount + 1', 'UPDATE erp.payments SET customer_id = 1', 'DELETE FROM erp.payments', 'UPDATE erp.payment_allocations SET amount = 1', 'DELETE FROM erp.payment_allocations', 'TRUNCATE erp.payments CASCADE']) AS s;

-- Held orders: queued once by each cause, and by no other.
SELECT pg_temp.make_order(w, 'b@tap.test', 'tap-1', 10) FROM unnest(ARRAY['h1', 'h2']) AS w;
SELECT pg_temp.make_order('free', 'b@tap.test', 'tap-1', 1), pg_temp.make_order('other', 'a@tap.test', 'tap-1', 1);
UPDATE erp.sales_orders SET hold_reason_code = 'RP301', hold_reason = 'credit', held_at = now() WHERE sales_order_id IN (pg_temp.o('h1'), pg_temp.o('other'));
UPDATE erp.sales_orders SET hold_reason_code = 'RP302', hold_reason = 'on hold', held_at = now() WHERE sales_order_id = pg_temp.o('h2');
SELECT is(pg_temp.pay('1', '', 'b@tap.test'), 'paid', 'a receipt');
SELECT is(pg_temp.events('h1') || '; ' || pg_temp.events('h2'), 'ORDER_NEGOTIATION pending; ORDER_NEGOTIATION pending', 'queues the customer''s held orders');
SELECT is(coalesce(pg_temp.events('free'), '-') || coalesce(pg_temp.events('other'), '-'), '--', 'not what is not held, nor another''s');
UPDATE agent.task_events SET status = 'completed', processed_at = now() WHERE subject_key IN ('sales_order:' || pg_temp.o('h1'), 'sales_order:' || pg_temp.o('h2'));
SELECT is(pg_temp.attempt('erp_operator', format('UPDATE erp_customers SET %s WHERE customer_id = %s', s, pg_temp.c('b@tap.test'))), 'ok', s)
FROM unnest(ARRAY['maximum_credit_limit = 99', 'maximum_credit_limit = 99', 'customer_name = ''x''', 'payment_terms_days = 10']) AS s;
SELECT is(pg_temp.events('h1'), 'ORDER_NEGOTIATION completed', 'a lower limit or another name queues nothing');
SELECT is(pg_temp.attempt('erp_operator', format('UPDATE erp_customers SET maximum_credit_limit = 101 WHERE customer_id = %s', pg_temp.c('b@tap.test'))), 'ok', 'a higher limit');
SELECT is(pg_temp.events('h1'), 'ORDER_NEGOTIATION completed, ORDER_NEGOTIATION pending', 'queues them again');
SELECT is(pg_temp.attempt('erp_operator', format('UPDATE erp_customers SET maximum_credit_limit = 102 WHERE customer_id = %s', pg_temp.c('b@tap.test'))), 'ok', 'raised again at once');
SELECT is(pg_temp.events('h1'), 'ORDER_NEGOTIATION completed, ORDER_NEGOTIATION pending, ORDER_NEGOTIATION pending', 'each cause queues once: the first event may be judged before it');

-- The sweep takes drafts nobody has looked at, not the held, the fresh, the empty, the busy.
SELECT pg_temp.make_order('stale', 'a@tap.test', 'tap-1', 1), pg_temp.make_order('fresh', 'a@tap.test', 'tap-1', 1);
INSERT INTO pg_temp.tap_orders SELECT 'empty', x FROM (SELECT 1) AS one, LATERAL (SELECT nextval(pg_get_serial_sequence('erp.sales_orders', 'sales_order_id')) AS x) AS n;
INSERT INTO erp.sales_orders (sales_order_id, customer_id) VALUES (pg_temp.o('empty'), pg_temp.c('a@tap.test'));
ALTER TABLE erp.sales_orders DISABLE TRIGGER _200_state;
UPDATE erp.sales_orders SET updated_at = now() - interval '1 hour' WHERE sales_order_id IN (pg_temp.o('stale'), pg_temp.o('empty'), pg_temp.o('other'), pg_temp.o('h1'));
ALTER TABLE erp.sales_orders ENABLE TRIGGER _200_state;
SELECT pg_temp.attempt('erp_cron', 'SELECT erp.sweep_draft_orders()') IS NOT NULL;
SELECT is(pg_temp.events('stale'), 'ORDER_NEGOTIATION pending', 'a stale draft is swept up');
SELECT is(coalesce(pg_temp.events('fresh'), '-') || coalesce(pg_temp.events('empty'), '-') || coalesce(pg_temp.events('other'), '-'), '---', 'the fresh, the empty and the held are not');
SELECT is(pg_temp.events('h1'), 'ORDER_NEGOTIATION completed, ORDER_NEGOTIATION pending, ORDER_NEGOTIATION pending', 'nor what is queued already');
SELECT pg_temp.attempt('erp_cron', 'SELECT erp.sweep_draft_orders()') IS NOT NULL;
SELECT is(pg_temp.events('stale'), 'ORDER_NEGOTIATION pending', 'swept up once');
SELECT is(pg_temp.attempt('sales_agent', 'SELECT erp.sweep_draft_orders()'), '42501', 'the schedule sweeps, agents do not');
SELECT is_empty('SELECT * FROM erp.check_consistency()', 'the books are right after all this');
SELECT * FROM finish();
ROLLBACK;
