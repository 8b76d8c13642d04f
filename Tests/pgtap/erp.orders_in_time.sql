-- What happens to an order between its decisions: causes that come while it is judged, moved dates, changed rules, rates.
BEGIN;
SELECT plan(28);
\ir _fixtures.sql

SELECT pg_temp.make_customer('t@tap.test') IS NOT NULL, pg_temp.make_product('tap-t', 1000) IS NOT NULL, pg_temp.make_stock('tap-t', 1000) IS NOT NULL;

-- A refused order comes back by a person only; a draft in work is queued behind its event.
SELECT pg_temp.make_order('refused', 't@tap.test', 'tap-t', 12);
SELECT is(pg_temp.confirm('refused', 'sales_agent'), '42501', 'an agent has no direct way');
SELECT is(pg_temp.confirm('refused'), 'pending_review', 'a large order waits');
SELECT is(
    pg_temp.attempt('erp_operator', $$SELECT (erp.reject((SELECT item FROM erp.inbox WHERE waiting = 'approval' AND subject_id = @refused@), 'no'))->>'status'$$),
    'rejected', 'a person refuses it');
SELECT is((SELECT hold_reason_code FROM erp.sales_orders WHERE sales_order_id = pg_temp.o('refused')), 'RP507', 'it is held for that');
SELECT pg_temp.make_order('working', 't@tap.test', 'tap-t', 1), pg_temp.make_order('resting', 't@tap.test', 'tap-t', 1);
INSERT INTO agent.task_events (event_type, payload) VALUES ('ORDER_NEGOTIATION', jsonb_build_object('sales_order_id', pg_temp.o('working')));
UPDATE agent.task_events
SET status = 'processing', attempts = 1, lease_token = 1, lease_until = clock_timestamp() + interval '1 minute', claimed_by_pid = pg_backend_pid(), claimed_at = clock_timestamp()
WHERE subject_key = 'sales_order:' || pg_temp.o('working');
SELECT is(pg_temp.attempt('erp_operator', format('SELECT erp.record_customer_payment(%s, 10) > 0', pg_temp.c('t@tap.test'))), 'true', 'a receipt comes');
SELECT is(pg_temp.events('refused'), NULL, 'it does not bring the refused order back');
SELECT is(pg_temp.events('working'), 'ORDER_NEGOTIATION processing, ORDER_NEGOTIATION pending', 'it queues the order that is being judged');
SELECT is(pg_temp.events('resting'), NULL, 'a draft that nobody judges is left to the sweep');
SELECT pg_temp.make_stock('tap-t', 1) IS NOT NULL;
SELECT is(
    pg_temp.events('working'), 'ORDER_NEGOTIATION processing, ORDER_NEGOTIATION pending, ORDER_NEGOTIATION pending',
    'so does a delivery of its product');

-- The day of delivery may move; the goods leave on the new one.
SELECT pg_temp.make_order('later', 't@tap.test', 'tap-t', 1, jsonb_build_object('delivery_date', erp.today() + 3));
SELECT is(pg_temp.confirm('later'), 'confirmed', 'goods for a later day wait');
SELECT is(pg_temp.attempt('erp_operator', $$UPDATE erp_sales_orders SET delivery_date = erp.today() + 6 WHERE sales_order_id = @later@$$), 'ok', 'the day moves');
SELECT is(
    (SELECT max(run_at)::date FROM agent.task_events WHERE event_type = 'GOODS_SHIPPED' AND subject_key = 'sales_order:' || pg_temp.o('later')),
    (SELECT max((erp.today() + 6)::timestamp AT TIME ZONE time_zone)::date FROM erp.companies WHERE company_id = 1), 'and the goods wait for the new day');

-- An approval binds content, rules and who made the order.
SELECT pg_temp.make_order('bound', 't@tap.test', 'tap-t', 13);
SELECT is(pg_temp.confirm('bound'), 'pending_review', 'another large order waits');
SELECT is(
    (SELECT ARRAY[created_by, edited_by]::text FROM erp.sales_orders WHERE sales_order_id = pg_temp.o('bound')),
    '{' || session_user || ',' || session_user || '}', 'who made it is kept');
SELECT is(pg_temp.attempt('erp_operator', $$UPDATE erp_sales_orders SET created_by = 'x' WHERE sales_order_id = @bound@$$), '42501', 'nobody writes it');
SELECT is(pg_temp.attempt('postgres', $$UPDATE erp.sales_orders SET edited_by = 'x' WHERE sales_order_id = @bound@$$), 'RP311', 'whoever it is');
CREATE TEMP TABLE asked AS SELECT approval_id FROM agent.approvals WHERE subject_id = pg_temp.o('bound') AND kind = 'sales_order';
INSERT INTO agent.constraints (rule_name, target_table, logic_ast, violation_message)
VALUES ('tap_rule', 'erp_sales_orders', '{"<=": [{"var": "total_base_value"}, 1000000]}', 'too large');
SELECT is((SELECT status FROM agent.approvals WHERE approval_id = (SELECT approval_id FROM asked)), 'void', 'a new rule voids what was asked');
SELECT is(
    (SELECT count(*)::int FROM agent.approvals WHERE subject_id = pg_temp.o('bound') AND kind = 'sales_order' AND status = 'pending' AND requested_by = 'erp_controller'),
    1, 'and asks again in the same name');

-- A foreign invoice is one figure in balance, receivable and ledger, whatever the rate does after the order.
INSERT INTO erp.exchange_rates (from_currency, to_currency, rate_date, rate) VALUES
('GBP', 'EUR', erp.today() - 10, 1.17), ('GBP', 'EUR', erp.today(), 1.2345);
SELECT pg_temp.make_order('pounds', 't@tap.test', 'tap-t', 1, jsonb_build_object('currency', 'GBP', 'order_date', erp.today() - 1));
SELECT is(pg_temp.confirm('pounds'), 'shipped', 'an order in pounds ships');
SELECT isnt(pg_temp.attempt('erp_controller', 'SELECT erp.post_customer_invoice(@pounds@)'), NULL, 'and is invoiced');
SELECT is(
    (SELECT sum(j.base_amount) FROM erp.invoices AS i JOIN erp.journal_entries AS j USING (transaction_id) WHERE i.sales_order_id = pg_temp.o('pounds') AND NOT j.is_credit_entry),
    (SELECT base_gross_total FROM erp.invoices WHERE sales_order_id = pg_temp.o('pounds')), 'at the order''s rate, to the cent');
SELECT is_empty($$SELECT * FROM erp.check_consistency() WHERE invariant IN ('receivables_tie', 'invoices_add_up', 'customer_balances')$$, 'and everything ties');

SELECT is(
    pg_temp.attempt('erp_controller', format($$SELECT erp.post_opening_invoice('customer', %s, 'INV-2026-000003', erp.today(), erp.today(), 10, erp.today())$$, pg_temp.c('t@tap.test'))),
    'RP010', 'an old open item does not take a number of our own series');
SELECT matches((SELECT global_id::text FROM erp.sales_orders WHERE sales_order_id = pg_temp.o('pounds')), '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]', 'the outside sees a UUID of version 7');
-- Tax goes by the date of supply: an old date on the order does not bring an old rate back.
UPDATE erp.tax_rates SET valid_from = erp.today() WHERE tax_code = 'TAP20';
INSERT INTO erp.tax_rates (tax_code, valid_from, valid_to, rate_percent) VALUES ('TAP20', '1900-01-01', erp.today() - 1, 5);
SELECT pg_temp.make_order('backdated', 't@tap.test', 'tap-t', 1, jsonb_build_object('order_date', erp.today() - 1));
SELECT is((SELECT tax_value FROM erp.sales_orders WHERE sales_order_id = pg_temp.o('backdated')), 200.0000, 'an order dated back is taxed for the day its goods can leave');
SELECT is(pg_temp.attempt('erp_operator', $$UPDATE erp_sales_orders SET delivery_date = 'infinity' WHERE sales_order_id = @backdated@$$), '23514', 'goods leave on a day');

-- What an account is does not change under the code that posts to it.
SELECT is(pg_temp.attempt('erp_controller', $$UPDATE erp_accounts SET control_of = NULL WHERE account_code = '1200'$$), '42501', 'a control account stays one');
SELECT is(pg_temp.attempt('erp_controller', $$UPDATE erp_accounts SET account_name = 'Stock' WHERE account_code = '1200'$$), 'ok', 'its name may change');
SELECT * FROM finish();
ROLLBACK;
