-- Each invariant is seen to find the fault it is for: the books are broken as only a superuser can, one fault at a time.
BEGIN;
\ir _fixtures.sql
SELECT plan(63);
SELECT is_empty('SELECT * FROM erp.check_consistency()', 'the books are right to begin with');
SELECT pg_temp.make_customer('a@tap.test'), erp.ensure_fiscal_year(1, 2000), pg_temp.make_product('tap-1', 10), pg_temp.make_stock('tap-1', 100, 4, 'tap ambient', '2000-01-01');
SELECT pg_temp.make_order('confirmed', 'a@tap.test', 'tap-1', 2, '{"fulfilment": "on_request"}'), pg_temp.make_order('paid', 'a@tap.test', 'tap-1', 1), pg_temp.make_order('shipped', 'a@tap.test', 'tap-1', 1);
SELECT pg_temp.confirm(w) FROM unnest(ARRAY['confirmed', 'paid', 'shipped']) AS w;
SELECT erp.post_customer_invoice(pg_temp.o('paid')) AS invoice \gset
SELECT erp.record_customer_payment(pg_temp.c('a@tap.test'), 12) AS payment \gset
SELECT erp.ensure_fiscal_year(1, 2001), erp.post_journal_entry('sale', '[{"account_code": "1000", "amount": 5, "is_credit": false}, {"account_code": "4100", "amount": 5, "is_credit": true}]', '2001-05-05');
UPDATE erp.fiscal_periods SET status = 'closed' WHERE company_id = 1 AND fiscal_year <= 2001;
SELECT erp.close_fiscal_year(1, 2001) AS year_end \gset
SELECT erp.take_balance_checkpoint();
SELECT erp.audit_seal() >= 0 AS sealed;
SELECT is_empty('SELECT * FROM erp.check_consistency()', 'and after a little business');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
CREATE TEMP TABLE tested (invariant text);
-- Breaks with every trigger of the table silent, looks, and takes it back.
CREATE FUNCTION pg_temp.found(invariant text, target regclass, fault text)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    v_found text;
BEGIN
    INSERT INTO pg_temp.tested VALUES (invariant);
    BEGIN
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER ALL', target);
        EXECUTE fault;
        SELECT string_agg(DISTINCT c.invariant, ', ') FILTER (WHERE c.invariant = found.invariant) INTO v_found FROM erp.check_consistency() AS c;
        RAISE SQLSTATE 'TAP00';
    EXCEPTION
        WHEN SQLSTATE 'TAP00' THEN
            NULL;
    END;
    RETURN coalesce(v_found, 'nothing');
END
$$;
CREATE TEMP TABLE faults AS
SELECT *
FROM (VALUES
    ('customer_balances', 'erp.customers', format('UPDATE erp.customers SET current_balance = current_balance + 0.01 WHERE customer_id = %s', pg_temp.c('a@tap.test'))),
    ('receivables_tie', 'erp.customers', format('UPDATE erp.customers SET current_balance = current_balance + 0.01 WHERE customer_id = %s', pg_temp.c('a@tap.test'))),
    ('customer_exposure', 'erp.customers', format('UPDATE erp.customers SET uninvoiced_order_value = 0 WHERE customer_id = %s', pg_temp.c('a@tap.test'))),
    ('customer_exposure', 'erp.sales_orders', format('UPDATE erp.sales_orders SET uninvoiced_base_value = 0 WHERE sales_order_id = %s', pg_temp.o('confirmed'))),
    ('order_totals', 'erp.sales_orders', format('UPDATE erp.sales_orders SET total_invoice_value = total_invoice_value + 0.01 WHERE sales_order_id = %s', pg_temp.o('paid'))),
    ('order_totals', 'erp.sales_orders', format('UPDATE erp.sales_orders SET total_base_value = 0 WHERE sales_order_id = %s', pg_temp.o('confirmed'))),
    ('order_totals', 'erp.sales_orders', format('UPDATE erp.sales_orders SET net_value = net_value - 1, tax_value = tax_value + 1 WHERE sales_order_id = %s', pg_temp.o('confirmed'))),
    ('order_totals', 'erp.sales_orders', format('UPDATE erp.sales_orders SET order_status = ''paid'' WHERE sales_order_id = %s', pg_temp.o('shipped'))),
    ('order_totals', 'erp.sales_orders', format('UPDATE erp.sales_orders SET order_status = ''draft'' WHERE sales_order_id = %s', pg_temp.o('shipped'))),
    ('order_totals', 'erp.sales_order_items', format('UPDATE erp.sales_order_items SET unit_price = 1 WHERE sales_order_id = %s', pg_temp.o('confirmed'))),
    ('order_lines', 'erp.sales_order_items', format('UPDATE erp.sales_order_items SET quantity_shipped = quantity, quantity_reserved = 0 WHERE sales_order_id = %s', pg_temp.o('confirmed'))),
    ('order_lines', 'erp.sales_order_items', format('UPDATE erp.sales_order_items SET quantity_invoiced = quantity WHERE sales_order_id = %s', pg_temp.o('shipped'))),
    ('released_orders_are_covered', 'erp.sales_order_items', format('UPDATE erp.sales_order_items SET quantity_reserved = 1 WHERE sales_order_id = %s', pg_temp.o('confirmed'))),
    ('reservations', 'erp.inventory', format('UPDATE erp.inventory SET quantity_reserved = 1 WHERE product_id = %s', pg_temp.p('tap-1'))),
    ('reservations', 'erp.stock_reservations', 'DELETE FROM erp.stock_reservations'),
    ('stock_is_its_moves', 'erp.inventory', format('UPDATE erp.inventory SET quantity_on_hand = 99 WHERE product_id = %s', pg_temp.p('tap-1'))),
    ('stock_is_its_moves', 'erp.inventory', format('INSERT INTO erp.inventory (product_id, warehouse_id, quantity_on_hand) VALUES (%s, %s, 5)', pg_temp.p('tap-1'), pg_temp.w('tap cold'))),
    ('stock_is_its_moves', 'erp.inventory', format('DELETE FROM erp.inventory WHERE product_id = %s', pg_temp.p('tap-1'))),
    ('stock_is_its_moves', 'erp.cost_layers', format('UPDATE erp.cost_layers SET quantity_remaining = 1 WHERE product_id = %s', pg_temp.p('tap-1'))),
    ('stock_value_tie', 'erp.cost_layers', format('UPDATE erp.cost_layers SET value_remaining = value_remaining + 0.01 WHERE product_id = %s', pg_temp.p('tap-1'))),
    ('stock_value_tie', 'erp.stock_moves', format('UPDATE erp.stock_moves SET value = value + 0.01 WHERE quantity > 0 AND product_id = %s', pg_temp.p('tap-1'))),
    ('invoices_add_up', 'erp.invoice_items', format('UPDATE erp.invoice_items SET net_amount = net_amount + 0.01 WHERE invoice_id = %s', :invoice)),
    ('invoices_add_up', 'erp.invoice_items', format('DELETE FROM erp.invoice_items WHERE invoice_id = %s', :invoice)),
    ('invoices_add_up', 'erp.invoices', format('UPDATE erp.invoices SET base_gross_total = 1 WHERE invoice_id = %s', :invoice)),
    ('invoice_numbers_gapless', 'erp.document_series', 'UPDATE erp.document_series SET last_number = last_number + 1'),
    ('invoice_numbers_gapless', 'erp.invoices', format('UPDATE erp.invoices SET invoice_number = left(invoice_number, -1) || ''x'' WHERE invoice_id = %s', :invoice)),
    ('open_items', 'erp.invoices', format('UPDATE erp.invoices SET amount_open = 5 WHERE invoice_id = %s', :invoice)),
    ('open_items', 'erp.payments', format('UPDATE erp.payments SET amount_unallocated = 5 WHERE payment_id = %s', :payment)),
    ('open_items', 'erp.payment_allocations', format('DELETE FROM erp.payment_allocations WHERE payment_id = %s', :payment)),
    ('open_items', 'erp.payment_allocations', format('UPDATE erp.payment_allocations SET base_settled = base_settled + 0.01 WHERE payment_id = %s', :payment)),
    ('open_items', 'erp.payment_allocations', format('UPDATE erp.payment_allocations SET base_paid = base_paid + 0.01 WHERE payment_id = %s', :payment)),
    ('customer_balances', 'erp.payment_allocations', format('UPDATE erp.payment_allocations SET base_paid = base_paid + 0.01 WHERE payment_id = %s', :payment)),
    ('journals_balance', 'erp.journal_entries', format('UPDATE erp.journal_entries SET absolute_amount = absolute_amount + 0.01, base_amount = base_amount + 0.01 WHERE is_credit_entry AND transaction_id = (SELECT transaction_id FROM erp.payments WHERE payment_id = %s)', :payment)),
    ('journals_balance', 'erp.journal_entries', format('UPDATE erp.journal_entries SET base_amount = base_amount + 0.01 WHERE is_credit_entry AND transaction_id = (SELECT transaction_id FROM erp.payments WHERE payment_id = %s)', :payment)),
    ('journals_balance', 'erp.journal_entries', format('DELETE FROM erp.journal_entries WHERE transaction_id = (SELECT transaction_id FROM erp.payments WHERE payment_id = %s)', :payment)),
    ('journals_balance', 'erp.journal_entries', format('UPDATE erp.journal_entries SET currency_code = ''USD'' WHERE is_credit_entry AND transaction_id = (SELECT transaction_id FROM erp.payments WHERE payment_id = %s)', :payment)),
    ('balance_checkpoints', 'erp.balance_checkpoints', 'UPDATE erp.balance_checkpoints SET base_debit = base_debit + 0.01 WHERE grain = ''month'' AND base_debit > 0'),
    ('balance_checkpoints', 'erp.balance_checkpoints', 'UPDATE erp.balance_checkpoints SET credit = credit + 0.01 WHERE grain = ''day'' AND credit > 0'),
    ('balance_checkpoints', 'erp.financial_transactions', format('UPDATE erp.financial_transactions SET posted_on = posted_on - 1 WHERE transaction_id = (SELECT transaction_id FROM erp.payments WHERE payment_id = %s)', :payment)),
    ('balance_checkpoints', 'erp.checkpoint_runs', 'UPDATE erp.checkpoint_runs SET covers_from = 3 WHERE covers_from = 0'),
    ('closed_years', 'erp.fiscal_periods', 'UPDATE erp.fiscal_periods SET status = ''open'' WHERE company_id = 1 AND fiscal_year = 2001 AND period_number = 7'),
    ('closed_years', 'erp.journal_entries', format('DELETE FROM erp.journal_entries WHERE transaction_id = %s', :year_end)),
    ('posting_dates', 'erp.invoices', format('UPDATE erp.invoices SET posting_date = posting_date - 1 WHERE invoice_id = %s', :invoice)),
    ('posting_dates', 'erp.payments', format('UPDATE erp.payments SET paid_on = paid_on - 1 WHERE payment_id = %s', :payment)),
    ('posting_dates', 'erp.stock_moves', format('UPDATE erp.stock_moves SET moved_on = moved_on - 1 WHERE product_id = %s', pg_temp.p('tap-1'))),
    ('bank_statements', 'erp.bank_statements', 'INSERT INTO erp.bank_statements (account_id, statement_reference, currency_code, opening_balance, closing_balance, statement_date, status, approved_by, approved_at) SELECT account_id, ''tap'', ''EUR'', 0, 1, ''2000-01-01'', ''approved'', ''erp_controller'', now() FROM erp.accounts WHERE account_code = ''1000'''),
    ('rules_are_gated', 'erp.sales_orders', 'SELECT 1'),
    ('audit_chain', 'erp.audit_ledger', 'UPDATE erp.audit_ledger SET outcome = ''RP999'' WHERE leaf_id = (SELECT p.leaf_id FROM erp.audit_positions AS p ORDER BY p.position DESC LIMIT 1)'),
    ('rules_compile', 'erp.sales_orders', 'ALTER TABLE erp.sales_orders RENAME total_base_value TO total_in_base'),
    ('payables_tie', 'erp.journal_entries', format('UPDATE erp.journal_entries SET account_id = (SELECT account_id FROM erp.accounts WHERE control_of = ''payable'') WHERE is_credit_entry AND transaction_id = (SELECT transaction_id FROM erp.payments WHERE payment_id = %s)', :payment)),
    ('invoices_add_up', 'erp.invoices', 'UPDATE erp.invoices SET base_gross_total = base_gross_total + 1 WHERE direction = ''supplier'''),
    ('payables_tie', 'erp.invoices', 'UPDATE erp.invoices SET base_gross_total = base_gross_total + 1 WHERE direction = ''supplier''')
) AS v (invariant, target, fault);
DELETE FROM faults WHERE fault LIKE '%direction = ''supplier''%' AND NOT EXISTS (SELECT FROM erp.invoices WHERE direction = 'supplier');
SELECT is(pg_temp.found(invariant, target::regclass, fault), invariant, invariant || ' finds: ' || fault)
FROM faults;
SELECT is_empty(
    $$SELECT substr(relname, 11) FROM pg_class WHERE relnamespace = 'erp'::regnamespace AND relkind = 'v' AND relname LIKE 'invariant\_%' AND substr(relname, 11) NOT IN (SELECT invariant FROM tested)$$,
    'every invariant is tested here');
SELECT is_empty('SELECT * FROM erp.check_consistency()', 'all is taken back');

-- Who may ask.
SELECT is(pg_temp.attempt(who, 'SELECT count(*) FROM erp.check_consistency()'), answer, who || ': ' || answer)
FROM (VALUES ('erp_operator', '0'), ('erp_controller', '0'), ('sales_agent', '42501'), ('concierge_agent', '42501')) AS v (who, answer);
SELECT is(pg_temp.attempt('sales_agent', 'SELECT count(*) FROM erp.invariant_customer_balances'), '42501', 'nor by the views themselves');
SELECT is(pg_temp.attempt('erp_cron', 'SELECT erp.record_consistency()'), '0', 'the nightly run');
SELECT is((SELECT findings FROM erp.consistency_runs ORDER BY run_id DESC LIMIT 1), '[]'::jsonb, 'is kept');
SELECT * FROM finish();
ROLLBACK;
