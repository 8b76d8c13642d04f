-- The life of an order: legal and illegal transitions, a plain UPDATE as good as the tool, the gate, what is fixed when.
BEGIN;
\ir _fixtures.sql
SELECT plan(212);
SELECT pg_temp.make_customer('a@tap.test'), pg_temp.make_customer('gold@tap.test', 1000000, 'gold'), pg_temp.make_product('tap-1', 10), pg_temp.make_product('tap-2', 100),
    pg_temp.make_stock('tap-1', 10000, 4), pg_temp.make_stock('tap-2', 10000, 40);

-- 1. From draft to paid, by plain SQL.
SELECT pg_temp.make_order('way', 'a@tap.test', 'tap-1', 3);
SELECT is(pg_temp.status('way'), 'draft', 'an order begins as draft');
SELECT is((SELECT total_invoice_value FROM erp.sales_orders WHERE sales_order_id = pg_temp.o('way')), 36.00, 'its total includes tax');
SELECT is(pg_temp.confirm('way'), 'shipped', 'confirming issues the goods in the same statement');
SELECT is(
    (SELECT confirmed_by || ' ' || (confirmed_at = erp.now()) FROM erp.sales_orders WHERE sales_order_id = pg_temp.o('way')),
    'erp_controller true', 'and notes who and when');
SELECT is(pg_temp.events('way'), 'INVOICE_CUSTOMER pending', 'and asks for the invoice');
SELECT is(
    (SELECT uninvoiced_order_value || ' ' || current_balance FROM erp.customers WHERE customer_id = pg_temp.c('a@tap.test')),
    '36.0000 0.0000', 'it is exposure');
SELECT matches(pg_temp.attempt('erp_operator', 'SELECT erp.post_customer_invoice(@way@)'), '^[0-9]+$', 'a person posts the invoice');
SELECT is(pg_temp.status('way'), 'invoiced', 'the status follows');
SELECT is(
    (SELECT uninvoiced_order_value || ' ' || current_balance FROM erp.customers WHERE customer_id = pg_temp.c('a@tap.test')),
    '0.0000 36.0000', 'exposure moved, not raised');
SELECT is(pg_temp.attempt('erp_operator', 'SELECT erp.post_customer_invoice(@way@)'), 'RP231', 'once');
SELECT matches(
    pg_temp.attempt('erp_operator', format('SELECT erp.record_customer_payment(%s, 36)', pg_temp.c('a@tap.test'))), '^[0-9]+$', 'the customer pays');
SELECT is(pg_temp.status('way'), 'paid', 'the order is paid');

-- 2. Illegal transitions, from every state to every other by hand.
SELECT pg_temp.make_order('draft', 'a@tap.test', 'tap-1', 1), pg_temp.make_order('pending', 'a@tap.test', 'tap-2', 100),
    pg_temp.make_order('confirmed', 'a@tap.test', 'tap-1', 1, '{"fulfilment": "on_request"}'), pg_temp.make_order('shipped', 'a@tap.test', 'tap-1', 1),
    pg_temp.make_order('invoiced', 'a@tap.test', 'tap-1', 1), pg_temp.make_order('paid', 'a@tap.test', 'tap-1', 1),
    pg_temp.make_order('cancelled', 'a@tap.test', 'tap-1', 1);
SELECT is(pg_temp.confirm('pending'), 'pending_review', 'above the threshold it waits for approval');
SELECT is(pg_temp.confirm('confirmed'), 'confirmed', 'on request it stays confirmed');
SELECT is(pg_temp.confirm(word), 'shipped', word || ' ships') FROM unnest(ARRAY['shipped', 'invoiced', 'paid']) AS word;
SELECT erp.post_customer_invoice(pg_temp.o('paid')), erp.record_customer_payment(pg_temp.c('a@tap.test'), 12), erp.post_customer_invoice(pg_temp.o('invoiced'));
SELECT is(pg_temp.attempt('erp_operator', 'UPDATE erp_sales_orders SET order_status = ''cancelled'' WHERE sales_order_id = @cancelled@'), 'ok', 'a draft is cancelled');
SELECT is(
    pg_temp.attempt(who, format('UPDATE erp_sales_orders SET order_status = %L WHERE sales_order_id = @%s@', target, state)), 'RP310',
    format('%s to %s by %s is refused', state, target, who))
FROM unnest(ARRAY['draft', 'pending', 'confirmed', 'shipped', 'invoiced', 'paid', 'cancelled']) AS state
CROSS JOIN unnest(ARRAY['draft', 'pending_review', 'confirmed', 'shipped', 'invoiced', 'paid', 'cancelled']) AS target
CROSS JOIN unnest(ARRAY['erp_operator']::name[]) AS who
WHERE NOT starts_with(target, state)
AND (state, target) NOT IN (
    ('draft', 'confirmed'), ('draft', 'cancelled'), ('pending', 'draft'), ('pending', 'cancelled'), ('pending', 'confirmed'), ('confirmed', 'cancelled'));
SELECT is(pg_temp.confirm('pending'), 'RP508', 'what waits for approval is not confirmed by hand');
SELECT is(
    pg_temp.attempt('postgres', format('UPDATE erp.sales_orders SET order_status = %L WHERE sales_order_id = @draft@', s)), 'RP310',
    'a superuser does not jump to ' || s)
FROM unnest(ARRAY['pending_review', 'shipped', 'invoiced', 'paid']) AS s;
SELECT is(
    pg_temp.attempt('erp_operator', 'UPDATE erp_sales_orders SET order_status = ''sold'' WHERE sales_order_id = @draft@'), 'RP310',
    'an invented state is no transition');
SELECT is(
    pg_temp.attempt(who, format('INSERT INTO erp_sales_orders (customer_id, order_status) VALUES (%s, %L)', pg_temp.c('a@tap.test'), s)), 'RP310',
    format('%s inserts no order as %s', who, s))
FROM unnest(ARRAY['confirmed', 'pending_review', 'shipped', 'invoiced', 'paid', 'cancelled']) AS s
CROSS JOIN unnest(ARRAY['erp_operator', 'postgres']::name[]) AS who;
SELECT is(
    pg_temp.attempt('erp_operator', 'UPDATE erp_sales_orders SET order_status = ''cancelled'' WHERE sales_order_id = @pending@'), 'ok', 'what waits may be cancelled');
SELECT is(
    (SELECT string_agg(DISTINCT status, ',') FROM agent.approvals WHERE subject_type = 'sales_order' AND subject_id = pg_temp.o('pending')), 'void',
    'its approval is void');
SELECT is((SELECT sum(quantity_reserved) FROM erp.inventory WHERE product_id = pg_temp.p('tap-2')), 0.0000, 'its stock is free');

-- 3. Agents act through tools only.
SELECT is(pg_temp.attempt(role, s), '42501', role || ': ' || s)
FROM unnest(ARRAY['sales_agent', 'finance_agent', 'concierge_agent']) AS role
CROSS JOIN unnest(ARRAY[
    'UPDATE erp_sales_orders SET order_status = ''confirmed''', 'UPDATE erp.sales_orders SET order_status = ''confirmed''',
    'INSERT INTO erp_sales_orders (customer_id) VALUES (1)', 'DELETE FROM erp.sales_orders', 'TRUNCATE erp.sales_orders',
    'UPDATE erp.customers SET maximum_credit_limit = 1e9', 'UPDATE erp.sales_order_items SET unit_price = 0',
    'UPDATE erp.inventory SET quantity_on_hand = 1e6', 'SELECT erp.issue_goods(@confirmed@)', 'SELECT erp.post_customer_invoice(@shipped@)',
    'SELECT erp.record_customer_payment(1, 1)', 'SELECT erp.create_sales_order(''{}'')', 'SELECT erp.release_reservations(@confirmed@)',
    'SELECT erp.refresh_sales_order(@confirmed@, true)', 'SELECT erp.receive_stock(''[]'', ''receipt'', ''x'', 1, ''3900'', ''2026-01-01'', 1)',
    'SELECT erp.approval_apply_sales_order(1)', 'SELECT erp.approve(1, ''x'')', 'SELECT erp.reject(1, ''x'')',
    'SELECT agent.tool_confirm_sales_order(''{"sales_order_id": @draft@}'', ''{}'')', 'SELECT erp.break_glass(''I want to be free'')',
    'SET ROLE erp_owner', 'SET ROLE erp_gate', 'SET ROLE erp_operator', 'SET session_replication_role = replica'
]) AS s;
SELECT is(
    pg_temp.attempt('sales_agent', 'SELECT erp.actor() ->> ''role_name'' FROM set_config(''erp.actor'', ''erp_operator'', true)'),
    'sales_agent', 'identity is no setting');

-- 4. What is fixed.
SELECT is(
    pg_temp.attempt('postgres', format('UPDATE erp.sales_orders SET %s WHERE sales_order_id = @draft@', s)), 'RP311', 'fixed even on a draft: ' || s)
FROM unnest(ARRAY[
    'customer_id = ' || pg_temp.c('gold@tap.test'), 'company_id = 2', 'currency_code = ''USD''',
    'total_base_value = 0', 'total_invoice_value = 1', 'uninvoiced_base_value = 0', 'net_value = 1', 'tax_value = 0',
    'committed_24h_base_value = 1', 'exchange_rate = 0.01', 'confirmed_at = now()', 'confirmed_by = ''erp_operator'''
]) AS s;
SELECT is(pg_temp.attempt('erp_operator', format('UPDATE erp_sales_orders SET %s WHERE sales_order_id = @draft@', s)), '42501', 'not the operator''s to write: ' || s)
FROM unnest(ARRAY['total_base_value = 0', 'total_invoice_value = 1', 'uninvoiced_base_value = 0', 'exchange_rate = 2', 'hold_reason = NULL', 'confirmed_by = ''x''']) AS s;
SELECT is(
    pg_temp.attempt('erp_operator', format('UPDATE erp_sales_orders SET %s WHERE sales_order_id = @%s@', s, state)), 'RP311', format('fixed once %s: %s', state, s))
FROM unnest(ARRAY['confirmed', 'shipped', 'paid']) AS state
CROSS JOIN unnest(ARRAY['rounding_policy = ''per_document''', 'ship_to_country = ''XX''', 'order_creation_date = order_creation_date - 1']) AS s;
SELECT is(pg_temp.attempt('erp_operator', 'UPDATE erp_sales_orders SET notes = ''call first'' WHERE sales_order_id = @paid@'), 'ok', 'notes never are');
SELECT is(pg_temp.attempt('erp_operator', format('DELETE FROM erp_sales_orders WHERE sales_order_id = @%s@', state)), ending, format('DELETE of a %s order: %s', state, ending))
FROM (VALUES ('draft', 'ok'), ('cancelled', 'RP311'), ('confirmed', 'RP311'), ('shipped', 'RP311'), ('paid', 'RP311')) AS v (state, ending);

-- 5. What a draft's date, place and rounding say reaches its lines.
INSERT INTO erp.tax_codes (tax_code, tax_code_name, direction, account_id)
SELECT 'TAP5', 'test, abroad', 'output', account_id FROM erp.accounts WHERE account_code = '2300';
INSERT INTO erp.tax_rates (tax_code, valid_from, valid_to, rate_percent) VALUES ('TAP5', '1900-01-01', '2020-12-31', 4), ('TAP5', '2021-01-01', 'infinity', 5);
INSERT INTO erp.tax_determinations (product_tax_class, customer_tax_status, country_code, tax_code) VALUES ('tap', 'business', 'ZZ', 'TAP5');
SELECT pg_temp.make_order('abroad', 'a@tap.test', 'tap-2', 1, '{"ship_to_country": "ZZ"}');
SELECT is((SELECT total_invoice_value FROM erp.sales_orders WHERE sales_order_id = pg_temp.o('abroad')), 105.0000, 'abroad is 5 %');
SELECT is(pg_temp.attempt('erp_operator', 'UPDATE erp_sales_orders SET ship_to_country = ''DE'' WHERE sales_order_id = @abroad@'), 'ok', 'a draft is sent elsewhere');
SELECT is((SELECT total_invoice_value FROM erp.sales_orders WHERE sales_order_id = pg_temp.o('abroad')), 120.0000, 'and taxed there');
SELECT is(
    pg_temp.attempt('erp_operator', 'UPDATE erp_sales_orders SET ship_to_country = ''ZZ'', order_status = ''confirmed'' WHERE sales_order_id = @abroad@'), 'RP311',
    'not while it is released');
UPDATE erp.sales_orders SET ship_to_country = 'ZZ', delivery_date = '2020-06-30' WHERE sales_order_id = pg_temp.o('abroad');
SELECT is((SELECT tax_rate FROM erp.sales_order_items WHERE sales_order_id = pg_temp.o('abroad')), 4.0000, 'the rate is that of the day of delivery');
INSERT INTO erp.price_lists (product_id, currency_code, unit_price, valid_from, valid_to)
SELECT pg_temp.p('tap-2'), 'EUR', 150, erp.today() - 9, erp.today() - 5;
UPDATE erp.sales_orders SET delivery_date = NULL, order_creation_date = erp.today() - 7 WHERE sales_order_id = pg_temp.o('abroad');
SELECT is(
    (SELECT list_price || ' ' || unit_price || ' ' || price_origin FROM erp.sales_order_items WHERE sales_order_id = pg_temp.o('abroad')),
    '150.000000 150.000000 price_list', 'the price is that of the order''s day');
UPDATE erp.sales_order_items SET unit_price = 100 WHERE sales_order_id = pg_temp.o('abroad');
SELECT is(pg_temp.confirm('abroad'), 'RP307', 'below which nothing is released');
SELECT is(
    pg_temp.attempt('erp_operator', 'UPDATE erp_sales_orders SET order_creation_date = erp.today() + 1 WHERE sales_order_id = @abroad@'), 'RP217',
    'no order is dated tomorrow');
SELECT is(
    pg_temp.attempt('erp_operator', format('INSERT INTO erp_sales_orders (customer_id, order_creation_date) VALUES (%s, erp.today() + 1)', pg_temp.c('a@tap.test'))),
    'RP217', 'from the beginning');
SELECT pg_temp.make_order('rounded', 'a@tap.test', '[{"sku": "tap-1", "quantity": 1, "unit_price": 10.01}, {"sku": "tap-1", "quantity": 1, "unit_price": 10.01}, {"sku": "tap-1", "quantity": 1, "unit_price": 10.01}]');
SELECT is((SELECT total_invoice_value FROM erp.sales_orders WHERE sales_order_id = pg_temp.o('rounded')), 36.0300, 'rounded line by line');
SELECT is(pg_temp.attempt('erp_operator', 'UPDATE erp_sales_orders SET rounding_policy = ''per_document'' WHERE sales_order_id = @rounded@'), 'ok', 'a draft may round otherwise');
SELECT is((SELECT total_invoice_value FROM erp.sales_orders WHERE sales_order_id = pg_temp.o('rounded')), 36.0400, 'and does');

-- Goods do not leave tomorrow today.
SELECT pg_temp.make_order('later', 'a@tap.test', 'tap-1', 1, jsonb_build_object('delivery_date', erp.today() + 3));
SELECT is(pg_temp.confirm('later'), 'confirmed', 'an order for a later day waits');
SELECT is(
    (SELECT event_type || ' ' || (run_at AT TIME ZONE 'Europe/Berlin')::date - erp.today() FROM agent.task_events
    WHERE subject_key = 'sales_order:' || pg_temp.o('later')), 'GOODS_SHIPPED 3', 'for the event of that day');
SELECT is(pg_temp.attempt('erp_operator', 'SELECT erp.issue_goods(@later@)'), 'RP217', 'nothing leaves before');
SELECT matches(pg_temp.attempt('erp_operator', 'SELECT erp.issue_goods(@later@, erp.today())'), '^[0-9]+$', 'unless it is said to leave today');
SELECT is(pg_temp.attempt('erp_operator', 'SELECT erp.post_customer_invoice(@later@, erp.today() + 1)'), 'RP217', 'nor is an invoice dated tomorrow');
SELECT is(
    pg_temp.attempt('erp_operator', format('SELECT erp.record_customer_payment(%s, 1, erp.today() + 1)', pg_temp.c('a@tap.test'))), 'RP217',
    'nor money received');

-- 6. Deleting and withdrawing.
SELECT pg_temp.make_order('withdrawn', 'a@tap.test', 'tap-2', 100);
SELECT is(pg_temp.confirm('withdrawn', 'erp_operator'), 'pending_review', 'waits');
SELECT is(pg_temp.attempt('erp_operator', 'UPDATE erp_sales_orders SET order_status = ''draft'' WHERE sales_order_id = @withdrawn@'), 'ok', 'is withdrawn');
SELECT is(
    (SELECT string_agg(DISTINCT status, ',') FROM agent.approvals WHERE subject_type = 'sales_order' AND subject_id = pg_temp.o('withdrawn')), 'void',
    'nobody approves what was withdrawn');
SELECT is((SELECT sum(quantity_reserved) FROM erp.inventory WHERE product_id = pg_temp.p('tap-2')), 0.0000, 'and its stock is free');

-- 7. TRUNCATE by the owner.
SET LOCAL ROLE erp_owner;
SELECT throws_like(s, '%', 'refused: ' || s)
FROM unnest(ARRAY['TRUNCATE erp.sales_orders CASCADE', 'TRUNCATE erp.invoices CASCADE', 'TRUNCATE erp.payments CASCADE', 'TRUNCATE erp.invoice_items',
    'TRUNCATE erp.payment_allocations', 'TRUNCATE erp.stock_moves CASCADE', 'TRUNCATE erp.shipment_items', 'TRUNCATE erp.cost_layer_issues']) AS s;
RESET ROLE;
SELECT is_empty('SELECT * FROM erp.check_consistency()', 'the books are right after all this');
SELECT * FROM finish();
ROLLBACK;
