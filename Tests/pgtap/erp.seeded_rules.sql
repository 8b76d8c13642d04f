-- The seeded controls: what each allows, refuses, and its boundary, by the people's own statements through views and tables.
BEGIN;
SELECT plan(51);
\ir _people.sql

CREATE FUNCTION pg_temp.attempt(role_name name, statement text)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    ending text := 'ok';
BEGIN
    BEGIN
        EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', role_name);
        EXECUTE statement;
    EXCEPTION
        WHEN OTHERS THEN
            ending := SQLSTATE;
    END;
    RESET SESSION AUTHORIZATION;
    RETURN ending;
END
$$;

SELECT results_eq(
    'SELECT rule_name FROM agent.constraints WHERE protected AND rule_name IS NOT NULL ORDER BY 1',
    $$VALUES ('cold_chain'), ('credit_limit'), ('discount_limit'), ('double_entry'), ('four_eyes'), ('high_value_gate'), ('limit_authority'),
        ('market_price'), ('order_discount_limit'), ('payslip_adds_up'), ('payslip_authority'), ('preferred_supplier'), ('purchase_authority'), ('revenue_recognition'), ('sales_authority')$$,
    'the seeded controls are there and protected');
SELECT is(count(*), 0::bigint, 'every seeded rule is accepted by the checker')
FROM agent.constraints AS c
CROSS JOIN LATERAL erp.rule_check(c.target_relation, c.triggering_operation, c.logic_ast) AS f
WHERE c.protected AND f.severity = 'error';

-- A small world of its own.
INSERT INTO erp.warehouses (facility_name, is_climate_controlled) VALUES ('tap ambient', false), ('tap cold', true);
INSERT INTO erp.products (stock_keeping_unit, product_name, standard_unit_cost, standard_sale_price, requires_refrigeration, tax_class)
VALUES ('TAP-COLD', 'tap milk', 1, 10, true, 'untaxed'), ('TAP-DRY', 'tap rice', 1, 10, false, 'untaxed');
INSERT INTO erp.customers (customer_code, customer_name, customer_tier, maximum_credit_limit, tax_status)
VALUES ('TAP-G', 'tap gold', 'gold', 1000, 'business'), ('TAP-L', 'tap large', 'standard', 2000000, 'business');
INSERT INTO erp.suppliers (supplier_code, company_name) VALUES ('TAP-S', 'tap supplier');
SELECT erp.ensure_fiscal_year(1, extract(YEAR FROM erp.today())::integer);
SELECT erp.post_opening_stock(
    '[{"sku": "TAP-DRY", "warehouse": "tap ambient", "quantity": 200000, "unit_cost": 1}]', erp.today());

-- cold_chain
SELECT is(pg_temp.attempt('erp_operator', $$INSERT INTO erp_inventory (product_id, warehouse_id)
    SELECT product_id, warehouse_id FROM erp_products, erp_warehouses WHERE stock_keeping_unit = 'TAP-COLD' AND facility_name = 'tap ambient'$$),
    'RP401', 'a cold product has no place in an ambient warehouse');
SELECT is(pg_temp.attempt('erp_operator', $$INSERT INTO erp_inventory (product_id, warehouse_id)
    SELECT product_id, warehouse_id FROM erp_products, erp_warehouses WHERE stock_keeping_unit = 'TAP-COLD' AND facility_name = 'tap cold'$$),
    'ok', 'it has one in a climate controlled warehouse');
SELECT is(pg_temp.attempt('erp_operator', $$INSERT INTO erp_inventory (product_id, warehouse_id)
    SELECT product_id, warehouse_id FROM erp_products, erp_warehouses WHERE stock_keeping_unit = 'TAP-DRY' AND facility_name = 'tap cold'$$),
    'ok', 'an ambient product may be kept cold');
SELECT throws_ok($$INSERT INTO erp.inventory (product_id, warehouse_id)
    SELECT product_id, warehouse_id FROM erp.products, erp.warehouses WHERE stock_keeping_unit = 'TAP-COLD' AND facility_name = 'tap ambient'$$,
    'RP401', NULL, 'the table''s owner is refused too');
SELECT throws_ok($$UPDATE erp.inventory SET warehouse_id = (SELECT warehouse_id FROM erp.warehouses WHERE facility_name = 'tap ambient')
    WHERE product_id = (SELECT product_id FROM erp.products WHERE stock_keeping_unit = 'TAP-COLD')$$,
    'RP401', NULL, 'and so is a move by UPDATE');
SELECT is(pg_temp.attempt('sales_agent', $$INSERT INTO erp_inventory (product_id, warehouse_id) VALUES (1, 1)$$),
    '42501', 'an agent writes nothing directly');
SELECT is(pg_temp.attempt('erp_operator', $$UPDATE erp_inventory SET quantity_on_hand = 5$$),
    '42501', 'a person changes no quantity');

-- discount_limit and order_discount_limit: the gold tier has 10 %.
SELECT is(pg_temp.attempt('erp_operator', $$INSERT INTO erp_sales_orders (customer_id, discount_percent)
    SELECT customer_id, 10 FROM erp_customers WHERE customer_code = 'TAP-G'$$), 'ok', 'an order may have the tier''s discount');
SELECT is(pg_temp.attempt('erp_operator', $$INSERT INTO erp_sales_orders (customer_id, discount_percent)
    SELECT customer_id, 10.0001 FROM erp_customers WHERE customer_code = 'TAP-G'$$), 'RP304', 'and not the least more');
SELECT is(pg_temp.attempt('erp_operator', $$UPDATE erp_sales_orders SET discount_percent = 11
    WHERE customer_id = (SELECT customer_id FROM erp_customers WHERE customer_code = 'TAP-G')$$), 'RP304', 'nor by UPDATE');

CREATE FUNCTION pg_temp.tap_order(code text)
RETURNS bigint
LANGUAGE sql
AS $$
    SELECT max(sales_order_id) FROM erp.sales_orders JOIN erp.customers USING (customer_id) WHERE customer_code = code
$$;
CREATE FUNCTION pg_temp.line(code text, quantity numeric, discount numeric DEFAULT 0)
RETURNS text
LANGUAGE sql
AS $$
    SELECT format(
        'INSERT INTO erp_sales_order_items (sales_order_id, product_id, quantity, discount_percent)
        SELECT %s, product_id, %s, %s FROM erp_products WHERE stock_keeping_unit = ''TAP-DRY''',
        pg_temp.tap_order(code), quantity, discount)
$$;
SELECT is(pg_temp.attempt('erp_operator', pg_temp.line('TAP-G', 1, 25)), 'RP304', 'a line above the tier is refused');
SELECT is(pg_temp.attempt('erp_operator', pg_temp.line('TAP-G', 1, 10)), 'ok', 'a line at the tier is taken');
SELECT is(pg_temp.attempt('erp_operator', format('UPDATE erp_sales_order_items SET discount_percent = 25 WHERE sales_order_id = %s',
    pg_temp.tap_order('TAP-G'))), 'RP304', 'raising it is refused');
SELECT is(pg_temp.attempt('erp_operator', $$INSERT INTO erp_customer_agreements (customer_id, discount_percent, valid_from, valid_to, reason)
    SELECT customer_id, 25, erp.today(), erp.today(), 'tap' FROM erp_customers WHERE customer_code = 'TAP-G'$$), 'ok', 'a person records an agreement');
SELECT is(pg_temp.attempt('erp_operator', pg_temp.line('TAP-G', 1, 25.0001)), 'RP304', 'an agreement covers no more than it says');
SELECT is(pg_temp.attempt('erp_operator', pg_temp.line('TAP-G', 1, 25)), 'ok', 'and all it says');
UPDATE erp.customer_agreements SET valid_to = erp.today() - 1, valid_from = erp.today() - 9 WHERE reason = 'tap';
SELECT is(pg_temp.attempt('erp_operator', pg_temp.line('TAP-G', 1, 20)), 'RP304', 'an agreement that has ended covers nothing');
DELETE FROM erp.sales_order_items WHERE sales_order_id = pg_temp.tap_order('TAP-G');

-- credit_limit: 1,000.
SELECT is(pg_temp.attempt('erp_operator', pg_temp.line('TAP-G', 100.1)), 'ok', 'a draft skips the credit check');
SELECT is(pg_temp.attempt('erp_operator', format('UPDATE erp_sales_orders SET order_status = ''confirmed'' WHERE sales_order_id = %s',
    pg_temp.tap_order('TAP-G'))), 'RP301', 'confirming one above the limit is refused');
SELECT is(pg_temp.attempt('erp_operator', format('UPDATE erp_sales_order_items SET quantity = 100 WHERE sales_order_id = %s',
    pg_temp.tap_order('TAP-G'))), 'ok', 'a draft''s line may be lowered');
SELECT is(pg_temp.attempt('erp_operator', format('UPDATE erp_sales_orders SET order_status = ''confirmed'', fulfilment_mode = ''on_request'' WHERE sales_order_id = %s',
    pg_temp.tap_order('TAP-G'))), 'ok', 'exposure equal to the limit is allowed');
SELECT is(pg_temp.attempt('erp_operator', format('UPDATE erp_sales_order_items SET quantity = 100.1 WHERE sales_order_id = %s',
    pg_temp.tap_order('TAP-G'))), 'RP301', 'a line that grows after confirmation is judged');
UPDATE erp.customers SET maximum_credit_limit = 999 WHERE customer_code = 'TAP-G';
SELECT throws_ok(format('SELECT erp.issue_goods(%s)', pg_temp.tap_order('TAP-G')), 'RP301', NULL,
    'a limit lowered meanwhile stops the goods issue');
SELECT is(pg_temp.attempt('erp_operator', $$UPDATE erp_customers SET customer_tier = 'standard', maximum_credit_limit = 1000 WHERE customer_code = 'TAP-G'$$),
    'ok', 'it is raised again');
SELECT is(pg_temp.attempt('erp_operator', format('SELECT erp.issue_goods(%s)', pg_temp.tap_order('TAP-G'))), 'ok',
    'a confirmed order leaves also after the tier was lowered');

-- limit_authority: who grants credit grants at most what this person may decide; lowering it is free.
SELECT is(pg_temp.attempt('erp_operator', format('UPDATE erp_customers SET maximum_credit_limit = %s WHERE customer_code = ''TAP-L''', v)), code, name)
FROM (VALUES
    ('1999999', 'ok', 'a limit above one''s authority may be lowered'),
    ('1999999.01', 'RP504', 'and not be raised by a cent'),
    ('250000', 'ok', 'lowered to one''s authority'),
    ('250000.01', 'RP504', 'beyond it by a cent'),
    ('0', 'ok', 'down to prepaid'),
    ('250000', 'ok', 'up to one''s authority')
) AS v (v, code, name);
SELECT is(pg_temp.attempt('erp_operator', $$INSERT INTO erp_customers (customer_code, customer_name, maximum_credit_limit) VALUES ('TAP-N', 'tap new', 250000.01)$$),
    'RP504', 'a new customer is no way round');
SELECT is(pg_temp.attempt('erp_controller', $$UPDATE erp_customers SET maximum_credit_limit = 1000000 WHERE customer_code = 'TAP-L'$$),
    'ok', 'the controller may grant a million');
SELECT is(pg_temp.attempt('erp_operator', $$UPDATE erp_customers SET customer_name = 'tap larger' WHERE customer_code = 'TAP-L'$$),
    'ok', 'another column of such a customer is free');
SELECT throws_ok($$UPDATE erp.customers SET maximum_credit_limit = 1000001 WHERE customer_code = 'TAP-L'$$,
    'RP111', NULL, 'who is neither agent nor person raises none, though an import may open accounts');
UPDATE erp.people SET is_active = false WHERE database_role = 'erp_operator';
SELECT is(pg_temp.attempt('erp_operator', $$UPDATE erp_customers SET maximum_credit_limit = 2000 WHERE customer_code = 'TAP-G'$$),
    'RP504', 'nor does who is no longer active');
UPDATE erp.people SET is_active = true WHERE database_role = 'erp_operator';
UPDATE erp.customers SET maximum_credit_limit = 0 WHERE customer_code = 'TAP-L';
SELECT lives_ok($$SELECT erp.break_glass('test of credit limits')$$, 'but the owner who breaks the glass');
UPDATE erp.customers SET maximum_credit_limit = 2000000 WHERE customer_code = 'TAP-L';
UPDATE erp.break_glass_grants SET expires_at = clock_timestamp();

-- sales_authority: Olivia 250,000, Carl 1,000,000.
SELECT is(pg_temp.attempt('erp_operator', $$INSERT INTO erp_sales_orders (customer_id, fulfilment_mode)
    SELECT customer_id, 'on_request' FROM erp_customers WHERE customer_code = 'TAP-L'$$), 'ok', 'a large order is written down');
SELECT is(pg_temp.attempt('erp_operator', pg_temp.line('TAP-L', 900)), 'ok', 'with 9,000 on it');
SELECT is(pg_temp.attempt('postgres', format('UPDATE erp_sales_orders SET order_status = ''confirmed'' WHERE sales_order_id = %s',
    pg_temp.tap_order('TAP-L'))), 'RP111', 'a role that is neither agent nor person has no authority to compare with');
SELECT is(pg_temp.attempt('erp_operator', format('UPDATE erp_sales_orders SET order_status = ''confirmed'' WHERE sales_order_id = %s',
    pg_temp.tap_order('TAP-L'))), 'ok', 'a person within the limit confirms');
UPDATE erp.people SET approval_limit = 8999.99 WHERE database_role = 'erp_operator';
INSERT INTO erp.sales_orders (customer_id, fulfilment_mode) SELECT customer_id, 'on_request' FROM erp.customers WHERE customer_code = 'TAP-L';
SELECT is(pg_temp.attempt('erp_operator', pg_temp.line('TAP-L', 1)), 'ok', 'another order of 10');
SELECT is(pg_temp.attempt('erp_operator', format('UPDATE erp_sales_orders SET order_status = ''confirmed'' WHERE sales_order_id = %s',
    pg_temp.tap_order('TAP-L'))), 'RP504', 'what was confirmed within 24 hours counts');
SELECT is(pg_temp.attempt('erp_controller', format('UPDATE erp_sales_orders SET order_status = ''confirmed'' WHERE sales_order_id = %s',
    pg_temp.tap_order('TAP-L'))), 'ok', 'but not against somebody else');
UPDATE erp.people SET approval_limit = 250000 WHERE database_role = 'erp_operator';

-- purchase_authority
SELECT is(pg_temp.attempt('erp_operator', $$INSERT INTO erp_purchase_orders (supplier_id, order_status, total_order_value)
    SELECT supplier_id, 'sent', 250000.01 FROM erp_suppliers WHERE supplier_code = 'TAP-S'$$), 'RP504', 'a purchase above the limit is refused');
SELECT is(pg_temp.attempt('erp_operator', $$INSERT INTO erp_purchase_orders (supplier_id, order_status, total_order_value)
    SELECT supplier_id, 'received', 250000.01 FROM erp_suppliers WHERE supplier_code = 'TAP-S'$$), 'RP504', 'also by jumping to a later state');
SELECT is(pg_temp.attempt('erp_operator', $$INSERT INTO erp_purchase_orders (supplier_id, order_status, total_order_value)
    SELECT supplier_id, 'sent', 250000 FROM erp_suppliers WHERE supplier_code = 'TAP-S'$$), 'ok', 'one at the limit goes out');
SELECT is(pg_temp.attempt('erp_operator', $$INSERT INTO erp_purchase_order_items (purchase_order_id, product_id, quantity_ordered, agreed_unit_price)
    SELECT max(o.purchase_order_id), max(p.product_id), 25001, 10 FROM erp_purchase_orders AS o, erp_products AS p
    WHERE p.stock_keeping_unit = 'TAP-DRY'$$), 'RP504', 'a line that lifts a sent order above it is refused');
SELECT is(pg_temp.attempt('erp_operator', $$INSERT INTO erp_purchase_order_items (purchase_order_id, product_id, quantity_ordered, agreed_unit_price)
    SELECT max(o.purchase_order_id), max(p.product_id), 25000, 10 FROM erp_purchase_orders AS o, erp_products AS p
    WHERE p.stock_keeping_unit = 'TAP-DRY'$$), 'ok', 'and one that does not is taken');

SELECT * FROM finish();
ROLLBACK;
