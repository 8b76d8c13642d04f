-- Stock: reserved once, issued once, valued first in first out to the cent, tied to account 1200.
BEGIN;
\ir _fixtures.sql
SELECT plan(66);
SELECT pg_temp.make_customer('a@tap.test'), pg_temp.make_product('tap-1', 10), pg_temp.make_product('tap-2', 10), pg_temp.make_product('tap-free', 10), pg_temp.make_product('tap-cold', 10, true);
CREATE FUNCTION pg_temp.stock(sku text) RETURNS text LANGUAGE sql
AS $$ SELECT string_agg(trim_scale(quantity_on_hand) || '/' || trim_scale(quantity_reserved), ' ' ORDER BY warehouse_id) FROM erp.inventory WHERE product_id = pg_temp.p(sku) $$;
CREATE FUNCTION pg_temp.layers(sku text) RETURNS text LANGUAGE sql
AS $$ SELECT string_agg(trim_scale(quantity_remaining) || ' ' || trim_scale(value_remaining), ', ' ORDER BY received_on, layer_id) FROM erp.cost_layers WHERE product_id = pg_temp.p(sku) $$;
CREATE FUNCTION pg_temp.cogs(word text) RETURNS numeric LANGUAGE sql
AS $$ SELECT -sum(m.value) FROM erp.stock_moves AS m JOIN erp.shipments AS s ON s.shipment_id = m.source_document_id AND m.source_document_type = 'shipment' WHERE s.sales_order_id = pg_temp.o(word) $$;

-- 1. Exactly enough, one short, reserved stock not sold twice.
SELECT pg_temp.make_stock('tap-1', 10, 4);
SELECT pg_temp.make_order('all', 'a@tap.test', 'tap-1', 10, '{"fulfilment": "on_request"}'), pg_temp.make_order('eleven', 'a@tap.test', 'tap-1', 11), pg_temp.make_order('one', 'a@tap.test', 'tap-1', 1);
SELECT is(pg_temp.confirm('eleven'), 'RP402', 'one short is refused');
SELECT is(pg_temp.stock('tap-1'), '10/0', 'and leaves no reservation behind');
SELECT is(pg_temp.confirm('all'), 'confirmed', 'exactly enough is reserved');
SELECT is(pg_temp.stock('tap-1'), '10/10', 'all of it');
SELECT is(pg_temp.confirm('one'), 'RP402', 'what is reserved is not sold again');
SELECT is(pg_temp.attempt('erp_operator', 'UPDATE erp_sales_orders SET order_status = ''cancelled'' WHERE sales_order_id = @all@'), 'ok', 'cancelled');
SELECT is(pg_temp.confirm('one'), 'shipped', 'it is free for others');
SELECT is(pg_temp.stock('tap-1'), '9/0', 'who take it');
SELECT pg_temp.make_order('twice', 'a@tap.test', '[{"sku": "tap-1", "quantity": 5}, {"sku": "tap-1", "quantity": 5}]');
SELECT is(pg_temp.confirm('twice'), 'RP402', 'two lines of one product do not share the same piece');
SELECT pg_temp.make_order('both', 'a@tap.test', '[{"sku": "tap-1", "quantity": 4}, {"sku": "tap-1", "quantity": 5}]');
SELECT is(pg_temp.confirm('both'), 'shipped', 'two lines that fit ship together');
SELECT is(pg_temp.stock('tap-1') || ' ' || pg_temp.layers('tap-1'), '0/0 0 0', 'to the last piece');
SELECT pg_temp.make_order('frac', 'a@tap.test', 'tap-1', 0.0001);
SELECT is(pg_temp.confirm('frac'), 'RP402', 'not a ten-thousandth is left');

-- 2. FIFO with odd cents: the layers' value stays the account's.
SELECT pg_temp.make_stock('tap-2', 3, 3.333333, 'tap ambient', erp.today() - 2), pg_temp.make_stock('tap-2', 7, 1.428571, 'tap ambient', erp.today() - 1), pg_temp.make_stock('tap-2', 1, 0.01, 'tap ambient', erp.today());
SELECT is(pg_temp.layers('tap-2'), '3 10, 7 10, 1 0.01', 'three layers');
SELECT pg_temp.balance('1200') AS before \gset
SELECT pg_temp.make_order('f1', 'a@tap.test', 'tap-2', 1), pg_temp.make_order('f2', 'a@tap.test', 'tap-2', 1), pg_temp.make_order('f3', 'a@tap.test', 'tap-2', 2.5),
    pg_temp.make_order('f4', 'a@tap.test', '[{"sku": "tap-2", "quantity": 0.3333}, {"sku": "tap-2", "quantity": 5.1667}]'), pg_temp.make_order('f5', 'a@tap.test', 'tap-2', 1);
SELECT is(pg_temp.confirm('f1'), 'shipped', 'one');
SELECT is(pg_temp.cogs('f1'), 3.3300, 'a third of ten');
SELECT is(pg_temp.confirm('f2'), 'shipped', 'two');
SELECT is(pg_temp.cogs('f2'), 3.3400, 'the next takes the odd cent');
SELECT is(pg_temp.confirm('f3'), 'shipped', 'three, across two layers');
SELECT is(pg_temp.cogs('f3'), 3.3300 + 2.1400, 'the rest of the first and of the second by share');
SELECT is(pg_temp.confirm('f4'), 'shipped', 'two lines of one product');
SELECT is(pg_temp.layers('tap-2'), '0 0, 0 0, 1 0.01', 'eat exactly what the layer was worth');
SELECT is(pg_temp.confirm('f5'), 'shipped', 'the last');
SELECT is(pg_temp.balance('1200'), :before - 20.0100, 'account 1200 fell by what the layers were worth');
SELECT is(pg_temp.layers('tap-2'), '0 0, 0 0, 0 0', 'nothing is left');

-- 3. Goods without value; cheap goods whose single piece is less than a cent.
SELECT pg_temp.make_stock('tap-free', 5, 0);
SELECT pg_temp.make_order('free', 'a@tap.test', 'tap-free', 2);
SELECT is(pg_temp.confirm('free'), 'shipped', 'goods without value ship');
SELECT is((SELECT transaction_id FROM erp.shipments WHERE sales_order_id = pg_temp.o('free')), NULL, 'without a journal of nothing');
SELECT pg_temp.make_stock('tap-free', 1000, 0.000004);
SELECT pg_temp.make_order('dust', 'a@tap.test', 'tap-free', 500);
SELECT is(pg_temp.confirm('dust'), 'shipped', 'nor do those worth less than a cent need one');

-- 4. Warehouses.
SELECT pg_temp.make_stock('tap-cold', 3, 1, 'tap cold');
SELECT pg_temp.make_stock('tap-1', 2, 4, 'tap ambient'), pg_temp.make_stock('tap-1', 2, 4, 'tap cold');
SELECT pg_temp.make_order('asked', 'a@tap.test', '[{"sku": "tap-1", "quantity": 3, "warehouse": "tap cold"}]'), pg_temp.make_order('split', 'a@tap.test', 'tap-1', 3);
SELECT is(pg_temp.confirm('asked'), 'RP402', 'the warehouse asked for has to have it all');
SELECT is(pg_temp.confirm('split'), 'shipped', 'else several share');
SELECT is((SELECT count(*) FROM erp.shipment_items AS s JOIN erp.sales_order_items AS i USING (item_id) WHERE i.sales_order_id = pg_temp.o('split')), 2::bigint, 'each with its move');
UPDATE erp.warehouses SET is_active = false WHERE facility_name LIKE 'tap %';
SELECT pg_temp.make_order('closed', 'a@tap.test', 'tap-1', 1);
SELECT is(pg_temp.confirm('closed'), 'RP402', 'a closed warehouse reserves nothing');
UPDATE erp.warehouses SET is_active = true WHERE facility_name LIKE 'tap %';

-- 5. Against everybody.
SELECT is(pg_temp.attempt('erp_operator', format('UPDATE erp.inventory SET %s WHERE product_id = %s', s, pg_temp.p('tap-1'))), '42501', 'not the operator''s: ' || s)
FROM unnest(ARRAY['quantity_on_hand = 100', 'quantity_reserved = 0', 'product_id = 1', 'warehouse_id = 1']) AS s;
SELECT is(pg_temp.attempt('erp_operator', s), '42501', s)
FROM unnest(ARRAY['INSERT INTO erp.stock_moves (product_id, warehouse_id, move_type, quantity, value, source_document_type, moved_on) VALUES (1, 1, ''receipt'', 5, 0, ''x'', ''2026-01-01'')',
    'INSERT INTO erp.inventory (product_id, warehouse_id, quantity_on_hand) VALUES (1, 1, 5)', 'DELETE FROM erp.stock_reservations', 'DELETE FROM erp.inventory',
    'UPDATE erp.cost_layers SET value_remaining = 0', 'UPDATE erp.stock_moves SET value = 0', 'SELECT erp.release_line_reservations(1)', 'SELECT erp.reserve_order(1)']) AS s;
SELECT is(pg_temp.attempt('postgres', s), code, s)
FROM (VALUES ('UPDATE erp.stock_moves SET value = 0', 'RP403'), ('DELETE FROM erp.stock_moves', 'RP403'), ('TRUNCATE erp.stock_moves CASCADE', 'RP403'),
    ('UPDATE erp.shipment_items SET quantity = 1', 'RP403'), ('DELETE FROM erp.shipments', 'RP403'), ('DELETE FROM erp.cost_layers', 'RP403'), ('UPDATE erp.cost_layer_issues SET value = 0', 'RP403'),
    (format('INSERT INTO erp.stock_moves (product_id, warehouse_id, move_type, quantity, value, source_document_type, moved_on) VALUES (%s, %s, ''issue'', -1e6, 0, ''x'', ''2026-01-01'')', pg_temp.p('tap-1'), pg_temp.w('tap ambient')), '23514'),
    (format('INSERT INTO erp.stock_moves (product_id, warehouse_id, move_type, quantity, value, source_document_type, moved_on) VALUES (%s, %s, ''receipt'', 1, 5, ''x'', ''2026-01-01'')', pg_temp.p('tap-1'), pg_temp.w('tap ambient')), '23514'),
    ('UPDATE erp.inventory SET quantity_reserved = quantity_on_hand + 1', '23514')) AS v (s, code);
SELECT is(pg_temp.attempt('erp_controller', format('SELECT erp.post_opening_stock(%L, erp.today())', l)), 'RP010', 'no receipt of ' || l)
FROM unnest(ARRAY['[{"sku": "tap-1", "warehouse": "tap ambient", "quantity": -1, "unit_cost": 1}]', '[{"sku": "tap-1", "warehouse": "tap ambient", "quantity": 0, "unit_cost": 1}]',
    '[{"sku": "tap-1", "warehouse": "tap ambient", "quantity": 1, "unit_cost": -1}]', '[{"sku": "tap-1", "warehouse": "nowhere", "quantity": 1, "unit_cost": 1}]',
    '[{"sku": "nothing", "warehouse": "tap ambient", "quantity": 1, "unit_cost": 1}]', '[{"sku": "tap-1", "warehouse": "tap ambient", "quantity": "NaN", "unit_cost": 1}]',
    '[{"sku": "tap-1", "warehouse": "tap ambient", "quantity": 1}]', '[1]', '[{"sku": "tap-1", "warehouse": "tap ambient", "quantity": 1.00001, "unit_cost": 1}]']) AS l;

-- 6. A receipt queues the orders held for it, once; others not.
SELECT pg_temp.make_order('h1', 'a@tap.test', 'tap-2', 5), pg_temp.make_order('h2', 'a@tap.test', 'tap-2', 1), pg_temp.make_order('h3', 'a@tap.test', 'tap-free', 1);
UPDATE erp.sales_orders SET hold_reason_code = 'RP402', hold_reason = 'short', held_at = now() WHERE sales_order_id = pg_temp.o('h1');
UPDATE erp.sales_orders SET hold_reason_code = 'RP301', hold_reason = 'credit', held_at = now() WHERE sales_order_id = pg_temp.o('h2');
UPDATE erp.sales_orders SET hold_reason_code = 'RP402', hold_reason = 'short', held_at = now() WHERE sales_order_id = pg_temp.o('h3');
SELECT pg_temp.make_stock('tap-2', 10, 4);
SELECT is(pg_temp.events('h1'), 'ORDER_NEGOTIATION pending', 'held for this product: queued');
SELECT is(pg_temp.events('h2'), NULL, 'held for credit: not');
SELECT is(pg_temp.events('h3'), NULL, 'held for another product: not');
SELECT is_empty('SELECT * FROM erp.check_consistency()', 'the books are right after all this');
SELECT * FROM finish();
ROLLBACK;
