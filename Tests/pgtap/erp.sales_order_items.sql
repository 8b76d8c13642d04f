-- Order lines: who may edit what when, what an edit does to reservation, approval and judgement.
BEGIN;
\ir _fixtures.sql
SELECT plan(116);
SELECT pg_temp.make_customer('a@tap.test'), pg_temp.make_product('tap-1', 10), pg_temp.make_product('tap-dear', 500), pg_temp.make_product('tap-same', 10),
    pg_temp.make_product('tap-untaxed', 10, false, 'no such class'),
    pg_temp.make_stock('tap-1', 1000, 4), pg_temp.make_stock('tap-dear', 1000, 40), pg_temp.make_stock('tap-same', 3, 4);
CREATE FUNCTION pg_temp.edit(word text, change text, who name DEFAULT 'erp_operator')
RETURNS text LANGUAGE sql
AS $$ SELECT pg_temp.attempt(who, format('UPDATE erp_sales_order_items SET %s WHERE sales_order_id = %s', change, pg_temp.o(word))) $$;
CREATE FUNCTION pg_temp.reserved(sku text) RETURNS numeric LANGUAGE sql AS $$ SELECT sum(quantity_reserved) FROM erp.inventory WHERE product_id = pg_temp.p(sku) $$;
CREATE FUNCTION pg_temp.total(word text) RETURNS numeric LANGUAGE sql AS $$ SELECT total_invoice_value FROM erp.sales_orders WHERE sales_order_id = pg_temp.o(word) $$;

-- 1. A draft.
SELECT pg_temp.make_order('d', 'a@tap.test', 'tap-1', 3), pg_temp.make_order('e', 'a@tap.test', 'tap-1', 3);
SELECT is(pg_temp.edit('d', 'quantity = 4'), 'ok', 'a draft''s line is edited');
SELECT is(pg_temp.total('d'), 48.0000, 'its total follows');
SELECT is(pg_temp.edit('d', 'product_id = ' || pg_temp.p('tap-dear')), 'ok', 'its product is changed');
SELECT is(pg_temp.total('d'), 2400.0000, 'and its price with it');
SELECT is(pg_temp.edit('d', 'price_origin = ''customer_price'', unit_price = 501'), '42501', 'the origin of a price is nobody''s word');
SELECT is(pg_temp.edit('d', 'line_number = 9'), '42501', 'nor does a line change its number');
SELECT is(pg_temp.edit('d', 'unit_price = 501'), 'ok', 'a price is agreed');
SELECT is((SELECT price_origin FROM erp.sales_order_items WHERE sales_order_id = pg_temp.o('d')), 'order', 'its origin is not the client''s word');
SELECT is(pg_temp.edit('d', change), code, code || ' for ' || change)
FROM (VALUES ('quantity = 0', '23514'), ('quantity = -1', '23514'), ('quantity = ''NaN''', '23514'), ('quantity = 1e20', '22003'),
    ('unit_price = -0.01', '23514'), ('unit_price = ''NaN''', '23514'), ('discount_percent = 100.01', '23514'), ('discount_percent = -1', '23514'),
    ('discount_percent = 0.01', 'RP304'), ('product_id = -1', '23502'), ('warehouse_id = -1', '23503'), ('agreement_id = -1', '23503'),
    ('quantity_shipped = 1', '42501'), ('quantity_invoiced = 1', '42501'), ('quantity_reserved = 1', '42501'), ('list_price = 1', '42501'),
    ('tax_rate = 0', '42501'), ('tax_code = ''UNTAXED''', '42501'), ('line_total = 1', '428C9'), ('sales_order_id = 1', '42501'),
    ('quantity_cancelled = 5', '23514'), ('quantity_cancelled = 1', 'ok'), ('quantity_cancelled = 0', 'RP311')) AS v (change, code);
SELECT is(pg_temp.edit('d', 'sales_order_id = ' || pg_temp.o('e'), 'postgres'), 'RP311', 'a line stays with its order');

-- 2. A released order that waits for its goods issue.
SELECT pg_temp.make_order('c', 'a@tap.test', 'tap-1', 10, '{"fulfilment": "on_request"}');
SELECT is(pg_temp.confirm('c'), 'confirmed', 'released');
SELECT is(pg_temp.reserved('tap-1'), 10.0000, 'and reserved');
SELECT is(pg_temp.edit('c', 'quantity = 12'), 'ok', 'more is ordered');
SELECT is(pg_temp.reserved('tap-1'), 12.0000, 'and reserved');
SELECT is(pg_temp.edit('c', 'quantity = 7'), 'ok', 'less is ordered');
SELECT is(pg_temp.reserved('tap-1'), 7.0000, 'and the rest is free');
SELECT is(pg_temp.edit('c', 'quantity_cancelled = 2'), 'ok', 'a part is cancelled');
SELECT is(pg_temp.reserved('tap-1') || ' ' || pg_temp.total('c'), '5.0000 60.0000', 'and free, and owed no more');
SELECT is(pg_temp.edit('c', 'unit_price = 9.99'), 'RP307', 'a released line is not made cheaper than the list');
SELECT is(pg_temp.edit('c', 'discount_percent = 5'), 'RP304', 'nor discounted beyond the tier');
SELECT is(pg_temp.edit('c', 'product_id = ' || pg_temp.p('tap-untaxed')), 'RP220', 'a product without tax is not swapped in');
SELECT is(pg_temp.edit('c', 'product_id = ' || pg_temp.p('tap-same')), 'RP402', 'nor one that is short');
SELECT is(pg_temp.edit('c', 'quantity = 5, product_id = ' || pg_temp.p('tap-same')), 'ok', 'one of the same price, enough in stock');
SELECT is(pg_temp.reserved('tap-1') || ' ' || pg_temp.reserved('tap-same'), '0.0000 3.0000', 'is reserved instead');
SELECT is(
    pg_temp.attempt('erp_operator', format('INSERT INTO erp_sales_order_items (sales_order_id, product_id, quantity) VALUES (@c@, %s, 1)', pg_temp.p('tap-untaxed'))),
    'RP220', 'a further line is judged too');
SELECT is(
    pg_temp.attempt('erp_operator', format('INSERT INTO erp_sales_order_items (sales_order_id, product_id, quantity) VALUES (@c@, %s, 1)', pg_temp.p('tap-dear'))),
    'ok', 'and may be added');
SELECT is(pg_temp.reserved('tap-dear'), 1.0000, 'with its reservation');
SELECT is(pg_temp.attempt('erp_operator', 'DELETE FROM erp_sales_order_items WHERE sales_order_id = @c@'), 'RP311', 'lines of a released order are not deleted');
UPDATE erp.customers SET account_status = 'on_hold' WHERE customer_id = pg_temp.c('a@tap.test');
SELECT is(pg_temp.attempt('erp_operator', 'UPDATE erp_sales_order_items SET quantity = 2 WHERE line_number = 2 AND sales_order_id = @c@'), 'RP302', 'a customer on hold gets no more');
SELECT is(pg_temp.attempt('erp_operator', 'UPDATE erp_sales_order_items SET quantity_cancelled = 1 WHERE line_number = 2 AND sales_order_id = @c@'), 'ok', 'but may have less');
UPDATE erp.customers SET account_status = 'active' WHERE customer_id = pg_temp.c('a@tap.test');
SELECT matches(pg_temp.attempt('erp_operator', 'SELECT erp.issue_goods(@c@)'), '^[0-9]+$', 'the rest is issued');
SELECT is(pg_temp.status('c'), 'shipped', 'and the order shipped, what was cancelled not missing');
SELECT is(pg_temp.attempt('erp_operator', 'SELECT erp.issue_goods(@c@)'), 'RP310', 'goods leave once');

-- 3. Shipped and later: fixed.
SELECT erp.post_customer_invoice(pg_temp.o('c'));
SELECT pg_temp.make_order('s', 'a@tap.test', 'tap-1', 1), pg_temp.make_order('x', 'a@tap.test', 'tap-1', 1);
SELECT is(pg_temp.confirm('s'), 'shipped', 'another is shipped');
SELECT is(pg_temp.attempt('erp_operator', 'UPDATE erp_sales_orders SET order_status = ''cancelled'' WHERE sales_order_id = @x@'), 'ok', 'another cancelled');
SELECT is(pg_temp.edit(word, change), 'RP311', format('fixed on %s: %s', word, change))
FROM unnest(ARRAY['c', 's', 'x']) AS word
CROSS JOIN unnest(ARRAY['quantity = 9', 'unit_price = 99', 'discount_percent = 0', 'product_id = product_id', 'quantity_cancelled = quantity_cancelled']) AS change;
SELECT is(
    pg_temp.attempt('erp_operator', format('INSERT INTO erp_sales_order_items (sales_order_id, product_id, quantity) VALUES (@%s@, %s, 1)', word, pg_temp.p('tap-1'))),
    'RP311', 'no further line on ' || word)
FROM unnest(ARRAY['c', 's', 'x']) AS word;
SELECT is(pg_temp.attempt('erp_operator', format('DELETE FROM erp_sales_order_items WHERE sales_order_id = @%s@', word)), 'RP311', 'nothing deleted of ' || word)
FROM unnest(ARRAY['c', 's', 'x']) AS word;

-- 4. The gate: the edit of a waiting order voids what was asked.
CREATE FUNCTION pg_temp.item(word text) RETURNS text LANGUAGE sql
AS $$ SELECT approval_id::text FROM agent.approvals WHERE subject_type = 'sales_order' AND subject_id = pg_temp.o(word) AND status = 'pending' $$;
CREATE FUNCTION pg_temp.decide(item text, verb text, who name) RETURNS text LANGUAGE sql
AS $$ SELECT regexp_replace(pg_temp.attempt(who, format('SELECT erp.%s(%s, ''because'')', verb, item)), '^\{.*', 'ok') $$;
SELECT pg_temp.make_order('exact', 'a@tap.test', '[{"sku": "tap-1", "quantity": 1, "unit_price": 8333.333333}]');
SELECT is(pg_temp.total('exact'), 10000.0000, 'gross exactly at the threshold');
SELECT is(pg_temp.confirm('exact'), 'shipped', 'needs no approval');
SELECT pg_temp.make_order('above', 'a@tap.test', '[{"sku": "tap-1", "quantity": 1, "unit_price": 8333.34}]');
SELECT is(pg_temp.total('above'), 10000.0100, 'a cent above');
SELECT is(pg_temp.confirm('above', 'erp_operator'), 'pending_review', 'waits');
SELECT is(pg_temp.events('above'), NULL, 'nothing is invoiced');
SELECT is((SELECT sum(quantity_shipped) || ' ' || sum(quantity_reserved) FROM erp.sales_order_items WHERE sales_order_id = pg_temp.o('above')), '0.0000 1.0000', 'nothing leaves, but it is reserved');
SELECT is((SELECT uninvoiced_order_value >= 10000.01 FROM erp.customers WHERE customer_id = pg_temp.c('a@tap.test')), true, 'and it is exposure');
SELECT is(pg_temp.decide(pg_temp.item('above'), verb, who), code, format('%s by %s: %s', verb, who, code))
FROM (VALUES ('approve', 'erp_operator', 'RP505'), ('reject', 'erp_operator', 'RP505'), ('approve', 'sales_agent', '42501'), ('approve', 'finance_agent', '42501'),
    ('approve', 'postgres', 'RP512')) AS v (verb, who, code);
SELECT is(
    pg_temp.attempt('erp_operator', format('UPDATE agent.approvals SET status = ''approved'' WHERE approval_id = %s', pg_temp.item('above'))), '42501',
    'an approval is not written by hand');
SELECT pg_temp.item('above') AS first \gset
SELECT is(pg_temp.edit('above', 'product_id = ' || pg_temp.p('tap-dear'), 'erp_controller'), 'ok', 'the waiting order is edited, its total is the same');
SELECT is(pg_temp.decide(:'first', 'approve', 'erp_controller'), 'RP508', 'what was asked about the old content is void');
SELECT isnt(pg_temp.item('above'), :'first', 'the new content is asked for anew');
SELECT is(pg_temp.decide(pg_temp.item('above'), 'approve', 'erp_controller'), 'RP505', 'its last editor cannot approve it');
SELECT is(pg_temp.decide(pg_temp.item('above'), 'approve', 'erp_operator'), 'ok', 'another person does');
SELECT is(pg_temp.status('above'), 'shipped', 'and the goods leave');
SELECT is(pg_temp.decide((SELECT max(approval_id)::text FROM agent.approvals WHERE subject_id = pg_temp.o('above')), 'approve', 'erp_operator'), 'RP508', 'once');
SELECT is((SELECT confirmed_by FROM erp.sales_orders WHERE sales_order_id = pg_temp.o('above')), 'erp_operator'::name, 'who released answers for it');

SELECT pg_temp.make_order('no', 'a@tap.test', 'tap-dear', 20);
SELECT is(pg_temp.confirm('no', 'erp_operator'), 'pending_review', 'another waits');
SELECT pg_temp.reserved('tap-dear') AS before \gset
SELECT is(pg_temp.decide(pg_temp.item('no'), 'reject', 'erp_controller'), 'ok', 'and is rejected');
SELECT is(
    (SELECT order_status || ' ' || hold_reason_code || ' ' || hold_reason FROM erp.sales_orders WHERE sales_order_id = pg_temp.o('no')),
    'draft RP507 approval refused: because', 'back to draft, held with the reason');
SELECT is(pg_temp.reserved('tap-dear'), :before - 20.0000, 'its stock is free');

-- Approved, then changed while it waits for its goods issue.
SELECT pg_temp.make_order('later', 'a@tap.test', 'tap-dear', 20, '{"fulfilment": "on_request"}');
SELECT is(pg_temp.confirm('later', 'erp_operator'), 'pending_review', 'asked');
SELECT is(pg_temp.decide(pg_temp.item('later'), 'approve', 'erp_controller'), 'ok', 'approved');
SELECT is(pg_temp.status('later'), 'confirmed', 'released, not issued');
SELECT is(pg_temp.edit('later', 'quantity = 21'), 'ok', 'edited');
SELECT is(pg_temp.status('later'), 'pending_review', 'it waits again');
SELECT is(pg_temp.attempt('erp_operator', 'SELECT erp.issue_goods(@later@)'), 'RP310', 'and does not leave');
SELECT is(pg_temp.edit('later', 'quantity = 20'), 'ok', 'edited back');
SELECT is(pg_temp.status('later'), 'pending_review', 'the old approval is void');
SELECT is(pg_temp.confirm('later', 'erp_controller'), 'RP508', 'and releases nothing');
SELECT is(pg_temp.edit('later', 'quantity = 1'), 'ok', 'made small');
SELECT is(pg_temp.status('later'), 'pending_review', 'it still waits for somebody');
SELECT is(pg_temp.confirm('later', 'erp_operator'), 'confirmed', 'who needs no approval any more');
SELECT is_empty('SELECT * FROM erp.check_consistency()', 'the books are right after all this');
SELECT * FROM finish();
ROLLBACK;
