-- The procedures as seeded rules: each as it stands in the books, what it allows, refuses by which name, and its boundary. Where a
-- state machine, trigger or CHECK says the same before the rule, that one is switched off here, so that the rule itself answers.
BEGIN;
\ir _fixtures.sql
SELECT plan(62);

-- Statements with all rights, judged for the login that runs them, as the functions of the ERP write for agents: ok, or code and rule.
CREATE FUNCTION pg_temp.with_rights(statement text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN EXECUTE statement; END $$;
CREATE FUNCTION pg_temp.refusal(who name, statement text)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    answer text := 'ok';
    named text;
    word text;
    ready text := statement;
BEGIN
    FOR word IN SELECT (regexp_matches(statement, '@([a-z0-9_ ]+)@', 'g'))[1] LOOP
        ready := replace(ready, '@' || word || '@', pg_temp.o(word)::text);
    END LOOP;
    BEGIN
        EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', who);
        PERFORM pg_temp.with_rights(ready);
        SET CONSTRAINTS ALL IMMEDIATE;
        SET CONSTRAINTS ALL DEFERRED;
    EXCEPTION
        WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS named = CONSTRAINT_NAME;
            answer := btrim(SQLSTATE || ' ' || named);
    END;
    SET LOCAL SESSION AUTHORIZATION DEFAULT;
    RETURN answer;
END
$$;

-- 0. As shipped.
SELECT results_eq(
    $$SELECT rule_name, timing, kind, mode, on_unknown FROM agent.constraints WHERE protected AND description LIKE 'S%' ORDER BY rule_name COLLATE "C"$$,
    $$VALUES ('double_entry', 'commit', 'guard', 'off', 'reject'), ('four_eyes', 'row', 'guard', 'enforce', 'reject'),
        ('high_value_gate', 'row', 'guard', 'enforce', 'reject'), ('market_price', 'row', 'guard', 'enforce', 'allow'),
        ('payslip_adds_up', 'row', 'guard', 'enforce', 'reject'), ('payslip_authority', 'row', 'guard', 'enforce', 'reject'),
        ('preferred_supplier', 'row', 'guard', 'enforce', 'reject'), ('revenue_recognition', 'row', 'guard', 'enforce', 'reject')$$,
    'every procedure is a rule and says what unknown does');
SELECT is_empty(
    $$SELECT c.rule_name, f.severity, f.code, f.message FROM agent.constraints AS c
        CROSS JOIN LATERAL erp.rule_check(c.target_relation, c.triggering_operation, c.logic_ast) AS f
        WHERE c.protected AND f.severity IN ('error', 'warning')$$,
    'the checker has nothing against a seeded rule');
SELECT is(string_agg(f.code, ', '), 'inverted_limit', 'and finds the authority rule of the original, which was the wrong way round')
FROM erp.rule_check('erp_sales_orders', '*', '{"<=": [{"var": "agent.financial_authority_limit"}, {"var": "total_invoice_value"}]}') AS f
WHERE f.severity = 'warning';
SELECT is_empty(
    $$SELECT * FROM erp.rule_check('erp_sales_orders', '*', '{">=": [{"var": "agent.financial_authority_limit"}, {"var": "total_invoice_value"}]}')
        WHERE severity = 'warning'$$,
    'the right way round it is none');

SELECT pg_temp.make_customer('tap@tap.test', 10000000), pg_temp.make_product('tap-1', 10, false, 'untaxed'),
    pg_temp.make_product('tap-m', 10, false, 'untaxed'), pg_temp.make_stock('tap-1', 1000000), pg_temp.make_stock('tap-m', 1000000);

-- 1. high_value_gate: 10,000 is free, a cent more is not.
SELECT pg_temp.make_order(word, 'tap@tap.test', jsonb_build_array(jsonb_build_object('sku', 'tap-1', 'quantity', 1000, 'unit_price', price)), '{"fulfilment": "on_request"}')
FROM (VALUES ('at', 10), ('above', 10.00001), ('direct at', 10), ('direct above', 10.00001)) AS v (word, price);
SELECT is(pg_temp.confirm('at'), 'confirmed', 'an order at the threshold is released');
SELECT is(pg_temp.refusal('erp_operator', 'SELECT erp.issue_goods(@at@)'), 'ok', 'and leaves');
SELECT is(pg_temp.confirm('above', 'erp_operator'), 'pending_review', 'a cent above it waits');
SELECT is(pg_temp.attempt('erp_controller', format('SELECT erp.approve(%s, ''tap'') ->> ''status''',
    (SELECT approval_id FROM agent.approvals WHERE subject_id = pg_temp.o('above') AND status = 'pending'))), 'approved', 'a person approves it');
SELECT is(pg_temp.status('above'), 'confirmed', 'which releases it');
ALTER TABLE agent.approvals DISABLE TRIGGER _200_approval_state;
UPDATE agent.approvals SET amount = 10000 WHERE subject_id = pg_temp.o('above') AND status = 'approved';
SELECT is(pg_temp.refusal('erp_operator', 'SELECT erp.issue_goods(@above@)'), 'RP508 high_value_gate', 'an approval of less does not cover it');
UPDATE agent.approvals SET amount = 10000.01, status = 'void' WHERE subject_id = pg_temp.o('above') AND status = 'approved';
SELECT is(pg_temp.refusal('erp_operator', 'SELECT erp.issue_goods(@above@)'), 'RP508 high_value_gate', 'nor one that is void');
UPDATE agent.approvals SET status = 'approved' WHERE subject_id = pg_temp.o('above') AND status = 'void';
SELECT is(pg_temp.refusal('erp_operator', 'SELECT erp.issue_goods(@above@)'), 'ok', 'one of the same amount does');
ALTER TABLE agent.approvals ENABLE ALWAYS TRIGGER _200_approval_state;
ALTER TABLE erp.sales_orders DISABLE TRIGGER _200_state;
SELECT is(pg_temp.refusal('erp_controller', format('UPDATE erp.sales_orders SET order_status = ''confirmed'' WHERE sales_order_id = @%s@', word)), code, name)
FROM (VALUES
    ('direct above', 'RP508 high_value_gate', 'without the state machine the rule refuses it'),
    ('direct at', 'ok', 'and not the one at the threshold')
) AS v (word, code, name);
UPDATE agent.agent_skills SET parameters = '{"threshold": 20000}' WHERE skill_name = 'high_value_invoice_approval_gate';
SELECT is(pg_temp.refusal('erp_controller', 'UPDATE erp.sales_orders SET order_status = ''confirmed'' WHERE sales_order_id = @direct above@'),
    'ok', 'the threshold is the one of the procedure');
UPDATE erp.sales_orders SET order_status = 'draft' WHERE sales_order_id = pg_temp.o('direct above');
UPDATE agent.agent_skills SET parameters = '{}' WHERE skill_name = 'high_value_invoice_approval_gate';
SELECT is(pg_temp.refusal('erp_controller', 'UPDATE erp.sales_orders SET order_status = ''confirmed'' WHERE sales_order_id = @direct above@'),
    'RP111 high_value_gate', 'a procedure without one releases nothing');
UPDATE agent.agent_skills SET parameters = '{"threshold": 10000}' WHERE skill_name = 'high_value_invoice_approval_gate';

-- 2. market_price: ten per cent above the average of three months.
SELECT pg_temp.make_order(word, 'tap@tap.test', jsonb_build_array(jsonb_build_object('sku', 'tap-m', 'quantity', 1, 'unit_price', price)), '{"fulfilment": "on_request"}')
FROM (VALUES ('none', 100), ('equal', 11), ('dear', 11.000001)) AS v (word, price);
SELECT is(pg_temp.refusal('erp_controller', 'UPDATE erp.sales_orders SET order_status = ''confirmed'' WHERE sales_order_id = @none@'), 'ok',
    'without market data any price is allowed');
INSERT INTO erp.market_intelligence (product_sku, market_average_price, reference_period_start, reference_period_end) VALUES
('tap-m', 9, erp.today() - 40, erp.today() - 20), ('tap-m', 11, erp.today() - 19, erp.today()),
('tap-m', 1000, erp.today() - 400, (erp.today() - interval '3 months')::date), ('tap-m', 1000, erp.today() + 1, erp.today() + 30);
SELECT is(pg_temp.refusal('erp_controller', format('UPDATE erp.sales_orders SET order_status = ''confirmed'' WHERE sales_order_id = @%s@', word)), code, name)
FROM (VALUES
    ('dear', 'RP305 market_price', 'a millionth more than ten per cent above is refused'),
    ('equal', 'ok', 'ten per cent above is allowed')
) AS v (word, code, name);
ALTER TABLE erp.sales_orders ENABLE ALWAYS TRIGGER _200_state;
SELECT is(pg_temp.refusal('erp_controller', format('UPDATE erp.sales_order_items SET %s WHERE sales_order_id = @%s@', change, word)), code, name)
FROM (VALUES
    ('unit_price = 99', 'dear', 'ok', 'a draft may ask any price'),
    ('unit_price = 11.000001', 'equal', 'RP305 market_price', 'what is committed gets no dearer than that'),
    ('unit_price = 10.5', 'equal', 'ok', 'but cheaper')
) AS v (change, word, code, name);
UPDATE agent.agent_skills SET parameters = '{"threshold_pct": 4, "months": 3}' WHERE skill_name = 'market_intelligence_price_validation';
SELECT is(pg_temp.refusal('erp_controller', 'UPDATE erp.sales_order_items SET unit_price = 10.45 WHERE sales_order_id = @equal@'),
    'RP305 market_price', 'the procedure says how much');

-- 3. revenue_recognition: what was issued, once.
SELECT lives_ok(format('SELECT erp.post_customer_invoice(%s, NULL)', pg_temp.o('at')), 'all that was issued is invoiced');
CREATE FUNCTION pg_temp.bill(document text, quantity numeric, with_order boolean DEFAULT true)
RETURNS text
LANGUAGE sql
AS $$
    SELECT pg_temp.refusal('erp_controller', format(
        'INSERT INTO erp.invoice_items (invoice_id, line_number, item_id, product_id, description, quantity, unit_price, discount_percent, net_amount, tax_code, tax_rate, tax_amount)
        SELECT (SELECT max(invoice_id) FROM erp.invoices WHERE document_type = %L), n.line_number + 1, CASE WHEN %L THEN n.item_id END, n.product_id, ''tap'', %s, 0, 0, 0, n.tax_code, 0, 0
        FROM erp.invoice_items AS n JOIN erp.invoices AS i USING (invoice_id) WHERE i.sales_order_id = @at@ ORDER BY n.line_number DESC LIMIT 1',
        document, with_order, quantity))
$$;
SELECT is(pg_temp.bill('invoice', 0.0001), 'RP230 revenue_recognition', 'the least more than what was issued is refused');
SELECT is(pg_temp.bill('invoice', 5, false), 'ok', 'a line without an order line is not its matter');
INSERT INTO erp.invoices (direction, document_type, invoice_number, customer_id, credited_invoice_id, document_date, delivery_date, due_date, posting_date,
    currency_code, rounding_policy, net_total, tax_total, gross_total, base_gross_total, amount_open)
SELECT direction, 'credit_note', 'TAP-C', customer_id, invoice_id, document_date, delivery_date, due_date, posting_date, currency_code, rounding_policy, 0, 0, 0, 0, 0
FROM erp.invoices WHERE sales_order_id = pg_temp.o('at');
SELECT is(pg_temp.bill('credit_note', 5), 'ok', 'a credit note recognises none');

-- 4. double_entry: off as shipped; put in force by two people it finds what the ledger finds.
CREATE FUNCTION pg_temp.post(legs text)
RETURNS text
LANGUAGE sql
AS $$
    SELECT pg_temp.refusal('erp_controller', format(
        'WITH t AS (INSERT INTO erp.financial_transactions (posted_on, semantic_description, currency_code) VALUES (erp.today(), ''tap'', ''EUR'') RETURNING transaction_id)
        INSERT INTO erp.journal_entries (transaction_id, account_id, absolute_amount, is_credit_entry, currency_code, base_amount)
        SELECT t.transaction_id, a.account_id, l.amount, l.credit, l.currency, l.base FROM t, erp.accounts AS a, (VALUES %s) AS l (amount, credit, currency, base)
        WHERE a.account_code = ''5200''', legs))
$$;
ALTER TABLE erp.journal_entries DISABLE TRIGGER _200_balance;
ALTER TABLE erp.financial_transactions DISABLE TRIGGER _200_balance;
SELECT is(pg_temp.post('(1, false, ''EUR'', 1), (2, true, ''EUR'', 2)'), 'ok', 'switched off it judges nothing');
SELECT is(pg_temp.attempt('erp_operator', format('SELECT erp.propose_rule_change(%s, ''{"mode": "enforce"}'', ''tap'') IS NOT NULL',
    (SELECT constraint_id FROM agent.constraints WHERE rule_name = 'double_entry'))), 'true', 'a person proposes it');
SELECT is(pg_temp.attempt('erp_controller', 'SELECT erp.approve(max(approval_id), ''tap'') ->> ''status'' FROM agent.approvals WHERE kind = ''rule_change'''),
    'approved', 'another one puts it in force');
SELECT is(pg_temp.post(legs), code, name)
FROM (VALUES
    ('(1, false, ''EUR'', 1), (1, true, ''EUR'', 1)', 'ok', 'equal sides'),
    ('(1, false, ''EUR'', 1), (0.5, true, ''EUR'', 0.5), (0.5, true, ''EUR'', 0.5)', 'ok', 'of several legs'),
    ('(1, false, ''EUR'', 1), (0.99, true, ''EUR'', 0.99)', 'RP201 double_entry', 'a cent is missing'),
    ('(1, false, ''EUR'', 1)', 'RP201 double_entry', 'one leg'),
    ('(1, false, ''EUR'', 1), (1, true, ''USD'', 1)', 'RP201 double_entry', 'a currency has one side only'),
    ('(1, false, ''EUR'', 1), (1, true, ''EUR'', 1), (2, false, ''USD'', 1.8), (2, true, ''USD'', 1.8)', 'ok', 'each currency by itself'),
    ('(1, false, ''USD'', 0.9), (1, true, ''USD'', 0.91)', 'RP201 double_entry', 'and the base currency')
) AS v (legs, code, name);
ALTER TABLE erp.journal_entries ENABLE ALWAYS TRIGGER _200_balance;
ALTER TABLE erp.financial_transactions ENABLE ALWAYS TRIGGER _200_balance;

-- 5. preferred_supplier
INSERT INTO erp.suppliers (supplier_code, company_name, is_preferred) VALUES ('TAP-P', 'tap preferred', true), ('TAP-O', 'tap other', false);
INSERT INTO erp.supplier_products (supplier_id, product_id, unit_cost, currency_code, valid_from, valid_to)
SELECT supplier_id, pg_temp.p('tap-1'), 1, 'EUR', erp.today() - 9, erp.today() FROM erp.suppliers WHERE supplier_code IN ('TAP-P', 'TAP-O');
CREATE FUNCTION pg_temp.buy(word text, supplier text, sku text, more text DEFAULT '')
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    id bigint;
BEGIN
    INSERT INTO erp.purchase_orders (supplier_id) SELECT supplier_id FROM erp.suppliers WHERE supplier_code = supplier RETURNING purchase_order_id INTO id;
    INSERT INTO erp.purchase_order_items (purchase_order_id, product_id, quantity_ordered, agreed_unit_price) VALUES (id, pg_temp.p(sku), 1, 1);
    INSERT INTO pg_temp.tap_orders VALUES (word, id);
    RETURN NULL;
END
$$;
CREATE FUNCTION pg_temp.send(word text, who name DEFAULT 'procurement_agent', status text DEFAULT 'sent')
RETURNS text
LANGUAGE sql
AS $$ SELECT pg_temp.refusal(who, format('UPDATE erp.purchase_orders SET order_status = %L WHERE purchase_order_id = @%s@', status, word)) $$;
SELECT pg_temp.buy('preferred', 'TAP-P', 'tap-1'), pg_temp.buy('other', 'TAP-O', 'tap-1'), pg_temp.buy('other 2', 'TAP-O', 'tap-1'), pg_temp.buy('sole', 'TAP-O', 'tap-m');
SELECT is(pg_temp.send('preferred'), 'ok', 'an agent orders from the preferred supplier');
SELECT is(pg_temp.send('sole'), 'ok', 'and from another what the preferred one does not sell');
SELECT is(pg_temp.send('other'), 'RP512 preferred_supplier', 'but not what the preferred one offers, on the offer''s last day');
SELECT is(pg_temp.send('other', 'procurement_agent', 'received'), 'RP512 preferred_supplier', 'nor by jumping to a later state');
SELECT is(pg_temp.send('other', 'erp_operator', 'approved'), 'ok', 'a person may decide so');
SELECT is(pg_temp.send('other'), 'ok', 'and the agent then sends it');
SELECT is(pg_temp.refusal('procurement_agent', 'UPDATE erp.purchase_order_items SET quantity_ordered = 2 WHERE purchase_order_id = @other@'),
    'RP512 preferred_supplier', 'as it was decided');
SELECT is(pg_temp.send('other 2', 'postgres'), 'RP111 purchase_authority', 'who is neither commits nothing');
UPDATE erp.supplier_products SET valid_to = erp.today() - 1 WHERE valid_from = erp.today() - 9 AND product_id = pg_temp.p('tap-1');
SELECT is(pg_temp.send('other 2'), 'ok', 'an offer that has ended counts no more');
UPDATE erp.supplier_products SET valid_to = erp.today() WHERE valid_from = erp.today() - 9 AND product_id = pg_temp.p('tap-1');
UPDATE erp.suppliers SET is_active = false WHERE supplier_code = 'TAP-P';
SELECT pg_temp.buy('other 3', 'TAP-O', 'tap-1');
SELECT is(pg_temp.send('other 3'), 'ok', 'nor one of a supplier that is not active');

-- 6. Payslips: 5,000 for the agent.
INSERT INTO erp.departments (department_name, department_code) VALUES ('tap', 'TAP');
INSERT INTO erp.employees (department_id, first_name, last_name, email, official_hire_date)
SELECT department_id, 'Tap', 'Tap', 'tap@tap.test', '2020-01-01' FROM erp.departments WHERE department_code = 'TAP';
INSERT INTO erp.payroll_manifests (pay_period_start, pay_period_end) VALUES ('1999-01-01', '1999-01-31');
CREATE FUNCTION pg_temp.pay(who name, gross numeric, tax numeric, net numeric)
RETURNS text
LANGUAGE sql
AS $$
    SELECT pg_temp.refusal(who, format(
        'INSERT INTO erp.payroll_line_items (manifest_id, employee_id, gross_pay, tax_deduction, net_pay)
        SELECT m.manifest_id, e.employee_id, %s, %s, %s FROM erp.payroll_manifests AS m, erp.employees AS e
        WHERE m.pay_period_start = ''1999-01-01'' AND e.email = ''tap@tap.test'' ON CONFLICT (manifest_id, employee_id)
        DO UPDATE SET gross_pay = excluded.gross_pay, tax_deduction = excluded.tax_deduction, net_pay = excluded.net_pay', gross, tax, net))
$$;
SELECT is(pg_temp.pay('hr_payroll_agent', 5000, 1000, 4000), 'ok', 'a payslip of 5,000 is within the agent''s authority');
SELECT is(pg_temp.pay('hr_payroll_agent', 5000.01, 1000, 4000.01), 'RP504 payslip_authority', 'a cent more is not');
SELECT is(pg_temp.pay('erp_operator', 5000.01, 1000, 4000.01), 'ok', 'it is within a person''s');
SELECT is(pg_temp.pay('postgres', 1, 0, 1), 'RP111 payslip_authority', 'who is neither pays nobody');
SELECT is(pg_temp.pay('hr_payroll_agent', 5000, 1000, 4000.01), '23514 payroll_line_items_check', 'the table itself asks that a payslip adds up');
ALTER TABLE erp.payroll_line_items DROP CONSTRAINT payroll_line_items_check;
SELECT is(pg_temp.pay('hr_payroll_agent', 5000, 1000, 4000.01), 'RP110 payslip_adds_up', 'without that the rule does');
SELECT is(pg_temp.pay('hr_payroll_agent', 5000, 1000.01, 3999.99), 'ok', 'to the cent');
SELECT is(pg_temp.refusal('postgres', 'DELETE FROM erp.payroll_line_items'), 'ok', 'a draft''s payslip goes without authority');

-- 7. four_eyes
SELECT pg_temp.make_order('eyes', 'tap@tap.test', 'tap-1', 1001, '{"fulfilment": "on_request"}');
UPDATE erp.suppliers SET is_active = true WHERE supplier_code = 'TAP-P';
SELECT is(pg_temp.confirm('eyes', 'sales_agent'), '42501', 'an agent writes nothing directly');
SELECT is(pg_temp.refusal('sales_agent', 'UPDATE erp.sales_orders SET order_status = ''confirmed'' WHERE sales_order_id = @eyes@'), 'ok', 'through the gate it releases an order');
ALTER TABLE erp.sales_orders DISABLE TRIGGER USER;
UPDATE erp.sales_orders SET created_by = 'erp_operator', edited_by = 'erp_operator' WHERE sales_order_id = pg_temp.o('eyes');
CREATE FUNCTION pg_temp.decide(by name, verdict text DEFAULT 'approved')
RETURNS text
LANGUAGE sql
AS $$
    SELECT pg_temp.refusal('postgres', format(
        'UPDATE agent.approvals SET status = %L, decided_by = %L, decision_reason = ''tap'', decided_xid = pg_current_xact_id() WHERE subject_id = @eyes@ AND kind = ''sales_order'' AND status = ''pending''',
        verdict, by))
$$;
SELECT is(pg_temp.decide('erp_operator'), 'RP505 four_eyes', 'who wrote the order does not approve it');
SELECT is(pg_temp.decide('procurement_agent'), 'RP505 four_eyes', 'nor does an agent');
SELECT is(pg_temp.decide('sales_agent'), '23514 approvals_four_eyes', 'least of all the one that asked');
UPDATE erp.people SET is_active = false WHERE database_role = 'erp_controller';
SELECT is(pg_temp.decide('erp_controller'), 'RP505 four_eyes', 'nor a person who has left');
UPDATE erp.people SET is_active = true WHERE database_role = 'erp_controller';
SELECT is(pg_temp.decide('erp_controller'), 'ok', 'another person does');
SELECT * FROM finish();
ROLLBACK;
