-- Prices at release: list, customer's own, dated, market, discontinued products, customers that may not buy.
BEGIN;
\ir _fixtures.sql
SELECT plan(31);
SELECT pg_temp.make_customer('a@tap.test'), pg_temp.make_customer('gold@tap.test', 1000000, 'gold'), pg_temp.make_product('tap-1', 10), pg_temp.make_stock('tap-1', 1000, 4);
CREATE FUNCTION pg_temp.priced(word text, email text, price text DEFAULT NULL, more jsonb DEFAULT '{}') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.make_order(word, email, jsonb_build_array(jsonb_strip_nulls(jsonb_build_object('sku', 'tap-1', 'quantity', 1, 'unit_price', price::numeric))), more);
    RETURN (SELECT trim_scale(unit_price) || ' ' || price_origin FROM erp.sales_order_items WHERE sales_order_id = pg_temp.o(word)) || ' ' || pg_temp.confirm(word);
END
$$;
-- 1. Lists.
SELECT is(pg_temp.priced('std', 'a@tap.test'), '10 standard shipped', 'the standard price');
SELECT is(pg_temp.priced('below', 'a@tap.test', '9.999999'), '9.999999 order RP307', 'a millionth below list is refused');
SELECT is(pg_temp.priced('zero', 'a@tap.test', '0'), '0 order RP307', 'so is nothing');
SELECT is(pg_temp.priced('above', 'a@tap.test', '10.5'), '10.5 order shipped', 'above list is agreed, without market data allowed');
INSERT INTO erp.price_lists (product_id, customer_id, currency_code, unit_price, valid_from, valid_to) VALUES
(pg_temp.p('tap-1'), NULL, 'EUR', 11, erp.today() - 5, erp.today()),
(pg_temp.p('tap-1'), pg_temp.c('gold@tap.test'), 'EUR', 8, erp.today() - 5, erp.today() - 1);
SELECT is(pg_temp.priced('dated', 'a@tap.test'), '11 price_list shipped', 'a dated price holds on its last day');
SELECT is(pg_temp.priced('dated2', 'a@tap.test', NULL, jsonb_build_object('order_date', erp.today() - 5)), '11 price_list shipped', 'and on its first');
SELECT is(pg_temp.priced('before', 'a@tap.test', NULL, jsonb_build_object('order_date', erp.today() - 6)), '10 standard shipped', 'not before');
SELECT is(pg_temp.priced('own', 'gold@tap.test', NULL, jsonb_build_object('order_date', erp.today() - 1)), '8 customer_price shipped', 'the customer''s own goes first');
SELECT is(pg_temp.priced('own2', 'gold@tap.test'), '11 price_list shipped', 'until it ends');
SELECT throws_ok(format('INSERT INTO erp.price_lists (product_id, currency_code, unit_price) VALUES (%s, ''EUR'', 1)', pg_temp.p('tap-1')), '23P01', NULL, 'two prices for one day are refused');
DELETE FROM erp.price_lists WHERE product_id = pg_temp.p('tap-1');

-- 2. Market: the average of the last three months, ten per cent above.
INSERT INTO erp.market_intelligence (product_sku, market_average_price, reference_period_start, reference_period_end) VALUES
('tap-1', 9, erp.today() - 40, erp.today() - 20), ('tap-1', 11, erp.today() - 19, erp.today() - 1),
('tap-1', 1000, erp.today() - 400, (erp.today() - interval '3 months')::date), ('tap-1', 1, erp.today() + 1, erp.today() + 30);
SELECT is(pg_temp.priced('m1', 'a@tap.test', '11'), '11 order shipped', 'exactly ten per cent above market');
SELECT is(pg_temp.priced('m2', 'a@tap.test', '11.000001'), '11.000001 order RP305', 'a millionth more is refused');
SELECT is(pg_temp.priced('m3', 'gold@tap.test', '12.22'), '12.22 order shipped', 'what the customer pays counts, after discount');
SELECT is(pg_temp.priced('m4', 'gold@tap.test', '12.23'), '12.23 order RP305', 'to the cent');
UPDATE erp.market_intelligence SET market_average_price = 9.05 WHERE product_sku = 'tap-1' AND market_average_price < 20;
SELECT is(pg_temp.priced('m5', 'a@tap.test'), '10 standard RP305', 'the list price itself may have become too dear');
SELECT is(pg_temp.attempt('erp_operator', format('INSERT INTO erp_market_intelligence (product_sku, market_average_price, reference_period_start, reference_period_end) VALUES (''tap-1'', %s, ''2026-01-01'', ''2026-01-31'')', v)), code, 'no market price of ' || v)
FROM (VALUES ('0', '23514'), ('-1', '23514'), ('''NaN''', '23514'), ('''Infinity''', '22003')) AS v (v, code);
DELETE FROM erp.market_intelligence WHERE product_sku = 'tap-1';
SELECT is(pg_temp.priced('m6', 'a@tap.test', '9999'), '9999 order pending_review', 'no market data: allowed, for a person to see');
SELECT is(pg_temp.attempt('erp_operator', 'UPDATE erp_sales_orders SET order_status = ''cancelled'' WHERE sales_order_id = @m6@'), 'ok', 'and cancelled');

-- 3. Products.
UPDATE erp.products SET sold_until = erp.today() - 1 WHERE stock_keeping_unit = 'tap-1';
SELECT is(pg_temp.priced('p1', 'a@tap.test'), '10 standard RP306', 'a product that is sold no more');
SELECT is(pg_temp.priced('p2', 'a@tap.test', NULL, jsonb_build_object('order_date', erp.today() - 1)), '10 standard shipped', 'was sold on the order''s day');
UPDATE erp.products SET sold_until = 'infinity', is_active = false WHERE stock_keeping_unit = 'tap-1';
SELECT is(pg_temp.priced('p3', 'a@tap.test'), '10 standard RP306', 'a discontinued product');
UPDATE erp.products SET is_active = true WHERE stock_keeping_unit = 'tap-1';

-- 4. Customers.
UPDATE erp.customers SET account_status = s.status FROM (VALUES ('on_hold')) AS s (status) WHERE customer_id = pg_temp.c('a@tap.test');
SELECT is(pg_temp.priced('c1', 'a@tap.test'), '10 standard RP302', 'a customer on hold');
UPDATE erp.customers SET account_status = 'suspended' WHERE customer_id = pg_temp.c('a@tap.test');
SELECT is(pg_temp.confirm('c1'), 'RP302', 'or suspended');
UPDATE erp.customers SET account_status = 'closed' WHERE customer_id = pg_temp.c('a@tap.test');
SELECT is(pg_temp.confirm('c1'), 'RP302', 'or closed');
UPDATE erp.customers SET account_status = 'active' WHERE customer_id = pg_temp.c('a@tap.test');
SELECT is(pg_temp.confirm('c1'), 'shipped', 'an active one may');
INSERT INTO pg_temp.tap_orders SELECT 'none', nextval(pg_get_serial_sequence('erp.sales_orders', 'sales_order_id'));
INSERT INTO erp.sales_orders (sales_order_id, customer_id) VALUES (pg_temp.o('none'), pg_temp.c('a@tap.test'));
SELECT is(pg_temp.confirm('none'), 'RP303', 'an order of nothing');
DELETE FROM agent.agent_skills WHERE skill_name = 'market_intelligence_price_validation';
SELECT isnt(pg_temp.priced('sop', 'a@tap.test'), '10 standard shipped', 'a missing procedure releases nothing');
SELECT is_empty('SELECT * FROM erp.check_consistency()', 'the books are right after all this');
SELECT * FROM finish();
ROLLBACK;
