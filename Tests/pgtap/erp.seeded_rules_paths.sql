-- The seeded, protected rules on every path of writing, for every role that holds the privilege; and how they are set aside.
BEGIN;
\ir _fixtures.sql
SELECT plan(97);
-- As shipped, whatever has been decided in this database.
SELECT is(
    (SELECT string_agg(rule_name, ', ' ORDER BY rule_name) FROM agent.constraints WHERE protected AND is_active AND mode = 'enforce' AND rule_name IN (
        'credit_limit', 'cold_chain', 'sales_authority', 'purchase_authority', 'discount_limit', 'order_discount_limit', 'limit_authority')),
    'cold_chain, credit_limit, discount_limit, limit_authority, order_discount_limit, purchase_authority, sales_authority', 'the seeded rules are active and protected');
SELECT pg_temp.make_customer('poor@tap.test', 120), pg_temp.make_customer('prepaid@tap.test', 0), pg_temp.make_customer('rich@tap.test'),
    pg_temp.make_customer('gold@tap.test', 1000000, 'gold'),
    pg_temp.make_product('tap-1', 10), pg_temp.make_product('tap-cold', 10, true), pg_temp.make_product('tap-free', 0),
    pg_temp.make_stock('tap-1', 1000000, 4), pg_temp.make_stock('tap-free', 1000, 0);
CREATE FUNCTION pg_temp.as_owner(statement text)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    answer text := 'ok';
BEGIN
    BEGIN
        SET LOCAL ROLE erp_owner;
        EXECUTE statement;
    EXCEPTION
        WHEN OTHERS THEN
            answer := SQLSTATE;
    END;
    RESET ROLE;
    RETURN answer;
END
$$;
-- One statement by everybody who may: erp_operator where the columns are granted, the owner, the superuser.
CREATE FUNCTION pg_temp.everybody(statement text, operators boolean DEFAULT true)
RETURNS text
LANGUAGE sql
AS $$
    SELECT concat_ws(' ', CASE WHEN operators THEN pg_temp.attempt('erp_operator', statement) END, pg_temp.as_owner(statement), pg_temp.attempt('postgres', statement))
$$;

-- 1. Credit: header path and line path.
SELECT pg_temp.make_order('fits', 'poor@tap.test', 'tap-1', 10, '{"fulfilment": "on_request"}'), pg_temp.make_order('more', 'poor@tap.test', 'tap-1', 1, '{"fulfilment": "on_request"}'),
    pg_temp.make_order('prepaid', 'prepaid@tap.test', 'tap-1', 1), pg_temp.make_order('free', 'prepaid@tap.test', 'tap-free', 1);
SELECT is(pg_temp.confirm('fits', 'erp_operator'), 'confirmed', 'exposure exactly at the limit is allowed');
SELECT is(pg_temp.confirm('more', 'erp_operator'), 'RP301', 'one more is refused');
SELECT is(pg_temp.confirm('prepaid', 'erp_operator'), 'RP301', 'limit 0 is prepaid only');
SELECT is(pg_temp.confirm('free', 'erp_operator'), 'shipped', 'what costs nothing needs no credit');
SELECT matches(pg_temp.attempt('erp_operator', format('SELECT erp.record_customer_payment(%s, 12)', pg_temp.c('prepaid@tap.test'))), '^\d+$', 'paid in advance');
SELECT is(pg_temp.confirm('prepaid', 'erp_operator'), 'shipped', 'it is allowed');
SELECT pg_temp.o('more') AS more, pg_temp.o('fits') AS fits \gset
SELECT is(pg_temp.everybody(s), 'RP301 RP301 RP301', 'refused for all: ' || s)
FROM unnest(ARRAY[
    format('UPDATE erp_sales_orders SET order_status = ''confirmed'' WHERE sales_order_id = %s', :more),
    format('UPDATE erp.sales_orders SET order_status = ''confirmed'', notes = ''x'' WHERE sales_order_id = %s', :more),
    format('UPDATE erp_sales_order_items SET quantity = 11 WHERE sales_order_id = %s', :fits),
    format('UPDATE erp.sales_order_items SET unit_price = 10.01 WHERE sales_order_id = %s', :fits),
    format('INSERT INTO erp_sales_order_items (sales_order_id, product_id, quantity) VALUES (%s, %s, 1)', :fits, pg_temp.p('tap-1')),
    format('INSERT INTO erp.sales_order_items (sales_order_id, product_id, quantity) VALUES (%s, %s, 1)', :fits, pg_temp.p('tap-1')),
    format('MERGE INTO erp.sales_orders AS o USING (VALUES (%s)) AS v (id) ON o.sales_order_id = v.id WHEN MATCHED THEN UPDATE SET order_status = ''confirmed''', :more),
    format('MERGE INTO erp.sales_order_items AS i USING (VALUES (%s, %s)) AS v (o, p) ON i.sales_order_id = v.o AND i.line_number = 2 WHEN NOT MATCHED THEN INSERT (sales_order_id, product_id, quantity) VALUES (v.o, v.p, 1)', :fits, pg_temp.p('tap-1')),
    format('INSERT INTO erp_sales_order_items (sales_order_id, line_number, product_id, quantity) VALUES (%s, 1, %s, 11) ON CONFLICT (sales_order_id, line_number) DO UPDATE SET quantity = excluded.quantity', :fits, pg_temp.p('tap-1')),
    format('INSERT INTO erp.sales_order_items (sales_order_id, line_number, product_id, quantity) VALUES (%s, 1, %s, 11) ON CONFLICT (sales_order_id, line_number) DO UPDATE SET quantity = excluded.quantity', :fits, pg_temp.p('tap-1'))
]) AS s;
SELECT is(pg_temp.everybody(s, false), 'RP301 RP301', 'refused for owner and superuser: ' || s)
FROM unnest(ARRAY[
    format('INSERT INTO erp_sales_orders (sales_order_id, customer_id) VALUES (%s, %s) ON CONFLICT (sales_order_id) DO UPDATE SET order_status = ''confirmed''', :more, pg_temp.c('poor@tap.test')),
    format('INSERT INTO erp.sales_orders (sales_order_id, customer_id) VALUES (%s, %s) ON CONFLICT (sales_order_id) DO UPDATE SET order_status = ''confirmed''', :more, pg_temp.c('poor@tap.test'))
]) AS s;
-- COPY inserts, and an inserted order is a draft; a copied line of a released order is judged like any other.
CREATE FUNCTION pg_temp.copy_in(target text, line text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    file CONSTANT text := '/tmp/tap_copy_' || pg_backend_pid();
BEGIN
    EXECUTE format('COPY (SELECT %L) TO %L', line, file);
    RETURN pg_temp.everybody(format('COPY %s FROM %L (DELIMITER '';'')', target, file), false);
END
$$;
GRANT pg_read_server_files TO erp_owner;
SELECT is(pg_temp.copy_in('erp.sales_order_items (sales_order_id, product_id, quantity)', format('%s;%s;1', :fits, pg_temp.p('tap-1'))), 'RP301 RP301', 'COPY of a line is refused');
SELECT is(pg_temp.copy_in('erp.sales_orders (customer_id, order_status)', pg_temp.c('poor@tap.test') || ';confirmed'), 'RP310 RP310', 'COPY makes no confirmed order');
SELECT is(pg_temp.copy_in('erp.inventory (product_id, warehouse_id)', pg_temp.p('tap-cold') || ';' || pg_temp.w('tap ambient')), 'RP401 RP401', 'COPY puts nothing cold into the warm');
-- The exposure that counts includes what is invoiced and unpaid.
SELECT matches(pg_temp.attempt('erp_operator', format('SELECT erp.issue_goods(%s)', :fits)), '^\d+$', 'the goods leave');
SELECT erp.post_customer_invoice(:fits);
SELECT is(pg_temp.confirm('more', 'erp_operator'), 'RP301', 'an unpaid invoice is exposure as the order was');
SELECT erp.record_customer_payment(pg_temp.c('poor@tap.test'), 11.99);
SELECT is(pg_temp.confirm('more', 'erp_operator'), 'RP301', 'a cent less paid than the order needs');
SELECT erp.record_customer_payment(pg_temp.c('poor@tap.test'), 0.01);
-- Lowering a limit does not touch the past but stops what comes.
SELECT is(pg_temp.confirm('more', 'erp_operator'), 'confirmed', 'the cent makes it fit');
SELECT is(pg_temp.attempt('erp_operator', format('UPDATE erp_customers SET maximum_credit_limit = 100 WHERE customer_id = %s', pg_temp.c('poor@tap.test'))), 'ok', 'the limit is lowered');
SELECT is(pg_temp.status('more'), 'confirmed', 'what was released stays');
SELECT is(pg_temp.attempt('erp_operator', format('SELECT erp.issue_goods(%s)', :more)), 'RP301', 'but the goods do not leave');
SELECT is(pg_temp.attempt('erp_operator', format('UPDATE erp_customers SET maximum_credit_limit = %s WHERE customer_id = %s', v, pg_temp.c('poor@tap.test'))), code, 'no limit of ' || v)
FROM (VALUES ('-1', '23514'), ('''NaN''', '23514'), ('''Infinity''', '22003'), ('NULL', '23502')) AS v (v, code);

-- 2. Discounts.
SELECT pg_temp.make_order('plain', 'rich@tap.test', 'tap-1', 1), pg_temp.make_order('gilt', 'gold@tap.test', 'tap-1', 1);
SELECT is((SELECT discount_percent FROM erp.sales_order_items WHERE sales_order_id = pg_temp.o('gilt')), 10.0000, 'gold gets 10 % by itself');
SELECT is(pg_temp.everybody(replace(replace(s, '@o', pg_temp.o('plain')::text), '@p', pg_temp.p('tap-1')::text)), 'RP304 RP304 RP304', 'refused for all: ' || s)
FROM unnest(ARRAY[
    'UPDATE erp_sales_order_items SET discount_percent = 0.01 WHERE sales_order_id = @o', 'UPDATE erp.sales_order_items SET discount_percent = 25 WHERE sales_order_id = @o',
    'INSERT INTO erp_sales_order_items (sales_order_id, product_id, quantity, discount_percent) VALUES (@o, @p, 1, 0.01)',
    'INSERT INTO erp.sales_order_items (sales_order_id, line_number, product_id, quantity) VALUES (@o, 1, @p, 1) ON CONFLICT (sales_order_id, line_number) DO UPDATE SET discount_percent = 1',
    'UPDATE erp_sales_orders SET discount_percent = 0.01 WHERE sales_order_id = @o', 'UPDATE erp.sales_orders SET discount_percent = 100 WHERE sales_order_id = @o',
    'MERGE INTO erp.sales_order_items AS i USING (VALUES (@o)) AS v (o) ON i.sales_order_id = v.o WHEN MATCHED THEN UPDATE SET discount_percent = 100'
]) AS s;
SELECT is(
    pg_temp.everybody(format('INSERT INTO erp_sales_orders (customer_id, discount_percent) VALUES (%s, 10.0001)', pg_temp.c('gold@tap.test'))), 'RP304 RP304 RP304',
    'a hair above the tier');
SELECT is(pg_temp.attempt('erp_operator', 'UPDATE erp_sales_order_items SET discount_percent = 10 WHERE sales_order_id = @gilt@'), 'ok', 'exactly the tier''s');
-- Agreements.
INSERT INTO erp.customer_agreements (customer_id, product_id, discount_percent, valid_from, valid_to, reason) VALUES
(pg_temp.c('rich@tap.test'), pg_temp.p('tap-1'), 25, erp.today() - 10, erp.today(), 'test');
SELECT is(pg_temp.attempt('erp_operator', 'UPDATE erp_sales_order_items SET discount_percent = 25 WHERE sales_order_id = @plain@'), 'ok', 'an agreement covers 25 % on its last day');
SELECT is(pg_temp.attempt('erp_operator', 'UPDATE erp_sales_order_items SET discount_percent = 25.01 WHERE sales_order_id = @plain@'), 'RP304', 'not more');
SELECT is(
    pg_temp.attempt('erp_operator', format('UPDATE erp_sales_order_items SET product_id = %s WHERE sales_order_id = @plain@', pg_temp.p('tap-free'))), 'RP304',
    'nor another product');
SELECT is(
    pg_temp.attempt('erp_operator', format('UPDATE erp_sales_order_items SET discount_percent = 25, agreement_id = %s WHERE sales_order_id = @gilt@',
    (SELECT agreement_id FROM erp.customer_agreements WHERE customer_id = pg_temp.c('rich@tap.test')))), 'RP304', 'nor another customer');
SELECT is(pg_temp.attempt('erp_operator', format('INSERT INTO erp.customer_agreements (customer_id, discount_percent, reason) VALUES (%s, %s, ''x'')', pg_temp.c('gold@tap.test'), v)), '23514', 'no agreement of ' || v)
FROM unnest(ARRAY['0', '-5', '100.01', '''NaN''']) AS v;
SELECT is(
    pg_temp.attempt('erp_operator', format('INSERT INTO erp.customer_agreements (customer_id, discount_percent, reason, agreed_by) VALUES (%s, 5, ''x'', ''erp_controller'')', pg_temp.c('gold@tap.test'))),
    '42501', 'who agreed is not the client''s to say');
UPDATE erp.customer_agreements SET valid_to = erp.today() - 1 WHERE customer_id = pg_temp.c('rich@tap.test');
SELECT is(pg_temp.confirm('plain', 'erp_operator'), 'RP304', 'an agreement that has ended justifies no release');

-- 3. Cold chain.
SELECT is(pg_temp.everybody(s), 'RP401 RP401 RP401', 'refused for all: ' || s)
FROM unnest(ARRAY[
    format('INSERT INTO erp_inventory (product_id, warehouse_id) VALUES (%s, %s)', pg_temp.p('tap-cold'), pg_temp.w('tap ambient')),
    format('INSERT INTO erp.inventory (product_id, warehouse_id) VALUES (%s, %s)', pg_temp.p('tap-cold'), pg_temp.w('tap ambient')),
    format('MERGE INTO erp.inventory AS i USING (VALUES (%s, %s)) AS v (p, w) ON i.product_id = v.p AND i.warehouse_id = v.w WHEN NOT MATCHED THEN INSERT (product_id, warehouse_id) VALUES (v.p, v.w)', pg_temp.p('tap-cold'), pg_temp.w('tap ambient'))
]) AS s;
SELECT is(
    pg_temp.everybody(format($$SELECT erp.post_opening_stock('[{"sku": "tap-cold", "warehouse": "tap ambient", "quantity": 1, "unit_cost": 1}]', erp.today())$$), false), 'RP401 RP401',
    'stock of it is not received there');
SELECT pg_temp.make_stock('tap-cold', 10, 4, 'tap cold');
SELECT pg_temp.make_order('warm', 'rich@tap.test', '[{"sku": "tap-cold", "quantity": 1, "warehouse": "tap ambient"}]');
SELECT is(pg_temp.confirm('warm', 'erp_operator'), 'RP401', 'an order that asks for it from there is refused as cold chain, not as shortage');
SELECT pg_temp.make_order('cool', 'rich@tap.test', 'tap-cold', 1);
SELECT is(pg_temp.confirm('cool', 'erp_operator'), 'shipped', 'from the cold store it ships');
SELECT is(
    pg_temp.everybody(format('UPDATE erp.inventory SET warehouse_id = %s WHERE product_id = %s', pg_temp.w('tap ambient'), pg_temp.p('tap-cold')), false), 'RP401 RP401',
    'it is not moved into the warm');

-- 4. Authority: a person's, alone and within 24 hours.
UPDATE erp.people SET approval_limit = 120 WHERE database_role = 'erp_operator';
SELECT pg_temp.make_order('at', 'rich@tap.test', 'tap-1', 10), pg_temp.make_order('over', 'rich@tap.test', '[{"sku": "tap-1", "quantity": 1, "unit_price": 100.01}]'),
    pg_temp.make_order('second', 'rich@tap.test', 'tap-1', 1), pg_temp.make_order('other', 'gold@tap.test', 'tap-1', 1);
SELECT is(pg_temp.confirm('over', 'erp_operator'), 'RP504', 'a cent above the own authority is refused');
SELECT is(pg_temp.confirm('over', 'erp_controller'), 'shipped', 'somebody with more may');
DO $$ BEGIN UPDATE erp.people SET approval_limit = 120 + (SELECT coalesce(sum(total_base_value), 0) FROM erp.sales_orders WHERE customer_id = pg_temp.c('rich@tap.test') AND confirmed_by = 'erp_operator') WHERE database_role = 'erp_operator'; END $$;
SELECT is(pg_temp.confirm('at', 'erp_operator'), 'shipped', 'exactly the own authority, what was confirmed before included');
SELECT is(pg_temp.confirm('second', 'erp_operator'), 'RP504', 'the next for the same customer within 24 hours is not');
SELECT is(pg_temp.confirm('other', 'erp_operator'), 'shipped', 'for another customer it is');
UPDATE erp.people SET approval_limit = 0 WHERE database_role = 'erp_operator';
SELECT is(pg_temp.confirm('second', 'erp_operator'), 'RP504', 'limit 0 commits nothing');
UPDATE erp.people SET approval_limit = 250000, is_active = false WHERE database_role = 'erp_operator';
SELECT is(pg_temp.confirm('second', 'erp_operator'), 'RP504', 'nor does somebody who is no longer active');
SELECT is(
    pg_temp.attempt('erp_operator', 'SELECT erp.post_journal_entry(''x'', ''[{"account_code": "5200", "amount": 0.01, "is_credit": false}, {"account_code": "1000", "amount": 0.01, "is_credit": true}]'')'),
    'RP504', 'or posts a cent');
UPDATE erp.people SET is_active = true WHERE database_role = 'erp_operator';
SELECT is(pg_temp.confirm('second', 'postgres'), 'RP111', 'a superuser is neither agent nor person');
SELECT lives_ok('SELECT erp.break_glass(''test of the seeded rules'')', 'who breaks the glass');
SELECT is(pg_temp.confirm('second', 'postgres'), 'shipped', 'is let through, and logged');
DELETE FROM erp.break_glass_grants WHERE role_name = 'postgres';

-- 5. Protected: off by a proposal and another person, not otherwise.
SELECT pg_temp.make_order('prop', 'poor@tap.test', 'tap-1', 10);
SELECT constraint_id AS rule FROM agent.constraints WHERE rule_name = 'credit_limit' \gset
SELECT is(pg_temp.attempt(who, format('UPDATE erp_agent_constraints SET is_active = false WHERE constraint_id = %s', :rule)), code, who || ' switches no protected rule off: ' || code)
FROM (VALUES ('erp_operator', 'RP108'), ('erp_controller', 'RP108'), ('postgres', 'RP108'), ('sales_agent', '42501'), ('finance_agent', '42501')) AS v (who, code);
SELECT pg_temp.attempt('erp_operator', format($$SELECT erp.propose_rule_change(%s, '{"is_active": false}', 'test')$$, :rule)) AS item \gset
SELECT is(pg_temp.confirm('prop', 'erp_operator'), 'RP301', 'a proposal alone changes nothing');
SELECT is(pg_temp.attempt('erp_operator', format('SELECT erp.approve(%s, ''mine'')', :item)), 'RP505', 'the proposer does not approve');
SELECT is(pg_temp.attempt(who, format('SELECT erp.approve(%s, ''me'')', :item)), '42501', who || ' does not approve') FROM unnest(ARRAY['sales_agent', 'finance_agent']) AS who;
SELECT is(pg_temp.attempt('postgres', format('SELECT erp.approve(%s, ''me'')', :item)), 'RP512', 'nor a superuser');
SELECT is(pg_temp.confirm('prop', 'erp_operator'), 'RP301', 'still nothing has changed');
SELECT matches(pg_temp.attempt('erp_controller', format('SELECT erp.approve(%s, ''agreed'')', :item)), '"status": "approved"', 'the other person approves');
SELECT is(pg_temp.confirm('prop', 'erp_operator'), 'shipped', 'and the rule refuses no more, from the next statement on');
-- Back by the same way, proposed by an agent.
SELECT pg_temp.attempt('finance_agent', format($$SELECT erp.propose_rule_change(%s, '{"is_active": true}', 'test')$$, :rule)) AS item \gset
SELECT pg_temp.make_order('prop2', 'poor@tap.test', 'tap-1', 10);
SELECT is(pg_temp.attempt('finance_agent', format('SELECT erp.approve(%s, ''mine'')', :item)), '42501', 'an agent proposes, never approves');
SELECT matches(pg_temp.attempt('erp_operator', format('SELECT erp.approve(%s, ''agreed'')', :item)), '"status": "approved"', 'a person approves what an agent proposed');
SELECT is(pg_temp.confirm('prop2', 'erp_operator'), 'RP301', 'the rule refuses again');
-- Each of the others, switched off and tried.
CREATE FUNCTION pg_temp.switch_off(rule text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN substring(pg_temp.attempt('erp_controller', format('SELECT erp.approve(%s, ''agreed'')', pg_temp.attempt('erp_operator', format(
        $q$SELECT erp.propose_rule_change((SELECT constraint_id FROM agent.constraints WHERE rule_name = %L), '{"is_active": false}', 'test')$q$, rule)))),
        '"status": "([a-z]+)"');
END
$$;
SELECT is(pg_temp.switch_off('cold_chain'), 'approved', 'cold_chain off');
SELECT is(pg_temp.everybody(format('INSERT INTO erp_inventory (product_id, warehouse_id, reorder_point) VALUES (%s, %s, 0)', pg_temp.p('tap-cold'), pg_temp.w('tap ambient'))), 'ok 23505 23505', 'it refuses no more');
SELECT is(pg_temp.switch_off('discount_limit'), 'approved', 'discount_limit off');
SELECT is(pg_temp.attempt('erp_operator', 'UPDATE erp_sales_order_items SET discount_percent = 50 WHERE sales_order_id = @plain@'), 'ok', 'it refuses no more');
SELECT is(pg_temp.attempt('erp_operator', 'UPDATE erp_sales_orders SET discount_percent = 50 WHERE sales_order_id = @plain@'), 'RP304', 'the header''s rule still does');
SELECT is(pg_temp.switch_off('order_discount_limit'), 'approved', 'order_discount_limit off');
SELECT is(pg_temp.attempt('erp_operator', 'UPDATE erp_sales_orders SET discount_percent = 50 WHERE sales_order_id = @plain@'), 'ok', 'it refuses no more');
UPDATE erp.people SET approval_limit = 1 WHERE database_role = 'erp_operator';
SELECT is(pg_temp.confirm('plain', 'erp_operator'), 'RP504', 'authority still refuses');
SELECT is(pg_temp.switch_off('sales_authority'), 'approved', 'sales_authority off');
SELECT is(pg_temp.confirm('plain', 'erp_operator'), 'shipped', 'it refuses no more');
SELECT * FROM finish();
ROLLBACK;
