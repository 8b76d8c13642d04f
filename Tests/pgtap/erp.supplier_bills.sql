-- Suppliers' bills and payments take two people; a number counts once; tax exclusive, inclusive, and owed by the buyer.
-- Acceptance check 15.
BEGIN;
\ir _fixtures.sql
\ir _journals.sql
\ir _as_role.sql
SELECT plan(91);
SELECT erp.today() - 20 AS d20, erp.today() - 10 AS d10 \gset
DELETE FROM erp.exchange_rates WHERE from_currency IN ('USD', 'CHF');
INSERT INTO erp.exchange_rates (from_currency, to_currency, rate_date, rate) VALUES ('USD', 'EUR', :'d20', 0.90), ('USD', 'EUR', :'d10', 0.95);
INSERT INTO erp.suppliers (company_name, payment_terms) VALUES ('tap one', 'net 14') RETURNING supplier_id AS one \gset
INSERT INTO erp.suppliers (company_name, currency_code) VALUES ('tap two', 'USD') RETURNING supplier_id AS two \gset
CREATE FUNCTION pg_temp.line(amount numeric, code text DEFAULT 'DE19_IN', more jsonb DEFAULT '{}', word text DEFAULT 'net') RETURNS jsonb LANGUAGE sql
AS $$ SELECT jsonb_build_array(jsonb_build_object('description', 'paper', 'account_code', '5200', word, amount, 'tax_code', code) || more) $$;
CREATE FUNCTION pg_temp.enter(supplier bigint, number text, lines jsonb, more text DEFAULT '', who name DEFAULT 'erp_operator') RETURNS text LANGUAGE sql
AS $$ SELECT pg_temp.attempt(who, format('SELECT erp.enter_supplier_bill(%s, %L, %L%s)', supplier, number, lines, more)) $$;
CREATE FUNCTION pg_temp.decide(item text, who name DEFAULT 'erp_controller', verdict text DEFAULT 'approve') RETURNS text LANGUAGE sql
AS $$ SELECT pg_temp.attempt(who, format('SELECT erp.%s(%s, ''seen'') ->> ''status''', verdict, item)) $$;
CREATE FUNCTION pg_temp.bill(item text) RETURNS erp.supplier_bills LANGUAGE sql
AS $$ SELECT b.* FROM erp.supplier_bills AS b JOIN agent.approvals AS a ON a.subject_id = b.bill_id WHERE a.approval_id = item::bigint AND a.kind = 'supplier_bill' $$;
CREATE FUNCTION pg_temp.state(item text) RETURNS text LANGUAGE sql
AS $$ SELECT a.status || ' ' || (pg_temp.bill(item)).status FROM agent.approvals AS a WHERE a.approval_id = item::bigint $$;
CREATE FUNCTION pg_temp.journal(item text) RETURNS text LANGUAGE sql
AS $$ SELECT pg_temp.legs_of(i.transaction_id) FROM erp.invoices AS i WHERE i.invoice_id = (pg_temp.bill(item)).invoice_id $$;

-- Entered by one, posted by another.
SELECT pg_temp.enter(:one, 'R 2026/17', pg_temp.line(100, more => '{"department": "TAP"}')) AS refused \gset
SELECT is(:'refused'::text, 'RP219', 'an unknown department is refused when the bill is entered');
SELECT pg_temp.enter(:one, 'R 2026/17', pg_temp.line(100)) AS item \gset
SELECT is(pg_temp.state(:'item'), 'pending entered', 'a bill waits');
SELECT is((SELECT count(*) FROM erp.invoices WHERE supplier_id = :one), 0::bigint, 'nothing is owed for it yet');
SELECT is(
    (SELECT concat_ws(' ', net_total, tax_total, gross_total, base_gross_total, due_date - document_date) FROM pg_temp.bill(:'item')),
    '100.0000 19.0000 119.0000 119.0000 14', 'its totals follow from its lines, its due date from the terms');
SELECT is(pg_temp.decide(:'item', who), ending, who || ' approves it: ' || ending)
FROM (VALUES ('erp_operator', 'RP505'), ('finance_agent', '42501'), ('postgres', 'RP512'), ('erp_controller', 'approved')) AS v (who, ending);
SELECT is(pg_temp.state(:'item'), 'approved posted', 'approved, it is posted');
SELECT is(pg_temp.journal(:'item'), '5200 100 EUR 100, 1350 19 EUR 19, 2000 -119 EUR -119', 'expense and input tax against the payable');
SELECT is(
    (SELECT concat_ws(' ', direction, invoice_number, amount_open, payment_status, posting_date = document_date) FROM erp.invoices WHERE supplier_id = :one),
    'supplier R 2026/17 119.0000 open t', 'it is an open item');
SELECT is((SELECT total FROM erp.ap_ageing() WHERE supplier_id = :one), 119::numeric, 'and aged');
SELECT is(pg_temp.decide(:'item'), 'RP508', 'it is posted once');

-- Acceptance check 15: a number counts once.
SELECT is(pg_temp.enter(:one, number, pg_temp.line(100)), 'RP247', 'used before: ' || number) FROM unnest(ARRAY['R 2026/17', 'r2026/17', E' R\t2026/17 ']) AS number;
SELECT matches(pg_temp.enter(:two, 'R 2026/17', pg_temp.line(100, 'FOREIGN_IN')), '^[0-9]+$', 'another supplier may use it');
SELECT is(pg_temp.enter(:two, 'r 2026/17', pg_temp.line(100, 'FOREIGN_IN')), 'RP247', 'what is only entered counts as well');
SELECT is(
    pg_temp.attempt('erp_operator', format('UPDATE erp_supplier_bills SET supplier_id = %s WHERE supplier_id = %s', :one, :two)), 'RP247', 'nor does it come back by another supplier');
SELECT is(
    pg_temp.attempt('postgres', format('UPDATE erp.invoices SET supplier_id = %s WHERE supplier_id = %s', :two, :one)), 'RP203', 'a posted bill keeps its supplier');
SELECT is(
    pg_temp.attempt('postgres', format('INSERT INTO erp.invoices (direction, document_type, invoice_number, supplier_id, document_date, delivery_date, due_date, posting_date,
        currency_code, rounding_policy, net_total, tax_total, gross_total, base_gross_total, amount_open)
        VALUES (''supplier'', ''invoice'', ''R2026/17'', %s, %L, %2$L, %2$L, %2$L, ''EUR'', ''per_line'', 0, 0, 0, 0, 0)', :one, :'d10')), '23505', 'by no path');

-- Rejected, withdrawn, changed.
SELECT pg_temp.enter(:one, 'B1', pg_temp.line(100)) AS item \gset
SELECT is(pg_temp.decide(:'item', 'erp_controller', 'reject') || ' ' || pg_temp.state(:'item'), 'rejected rejected rejected', 'a bill is rejected');
SELECT matches(pg_temp.enter(:one, 'B1', pg_temp.line(100)), '^[0-9]+$', 'and may come again');
SELECT is(pg_temp.attempt('erp_operator', 'UPDATE erp_supplier_bills SET status = ''withdrawn'' WHERE bill_number = ''B1'' AND status = ''entered'''), 'ok', 'or is withdrawn');
SELECT pg_temp.enter(:one, 'B2', pg_temp.line(100)) AS item \gset
SELECT is(pg_temp.attempt('erp_controller', format('UPDATE erp_supplier_bills SET lines = %L WHERE bill_number = ''B2''', pg_temp.line(200))), 'ok', 'another person corrects it');
SELECT is(pg_temp.state(:'item'), 'void entered', 'what was asked is void');
SELECT approval_id AS item FROM agent.approvals WHERE kind = 'supplier_bill' AND status = 'pending' AND subject_id = (pg_temp.bill(:'item')).bill_id \gset
SELECT is((SELECT trim_scale(amount) || ' ' || requested_by FROM agent.approvals WHERE approval_id = :item), '238 erp_controller', 'and asked anew');
SELECT is(pg_temp.decide(:'item', who), 'RP505', who || ' wrote it and does not approve') FROM unnest(ARRAY['erp_controller', 'erp_operator']) AS who;
SELECT is(pg_temp.attempt('erp_operator', 'UPDATE erp_supplier_bills SET ' || change || ' WHERE bill_number = ''B2'''), code, code || ' for ' || change)
FROM (VALUES ('lines = ''[]''', 'RP010'), ('status = ''posted''', '23514'), ('net_total = 1', '42501'), ('entered_by = ''postgres''', '42501'), ('invoice_id = 1', '42501')) AS v (change, code);
SELECT is(pg_temp.attempt('postgres', s), 'RP203', s)
FROM unnest(ARRAY['UPDATE erp.supplier_bills SET bill_number = ''x'' WHERE status = ''posted''', 'DELETE FROM erp.supplier_bills', 'TRUNCATE erp.supplier_bills CASCADE']) AS s;

-- What is refused when it is entered.
SELECT is(pg_temp.enter(:one, 'X', lines, more), code, code || ' for ' || word)
FROM (VALUES
    ('[]'::jsonb, '', 'RP010', 'no lines'), ('null', '', 'RP010', 'null'), ('[1]', '', 'RP010', 'a number'), (pg_temp.line(0), '', '23514', 'nothing'),
    (pg_temp.line(1, more => '{"gross": 1}'), '', 'RP010', 'net and gross'), (pg_temp.line(-1), '', 'RP010', 'a negative line'), (pg_temp.line(1.001), '', 'RP211', 'a tenth of a cent'),
    (pg_temp.line(1, 'DE19'), '', 'RP220', 'an output code'), (pg_temp.line(1, 'NOPE'), '', 'RP220', 'an unknown code'),
    (pg_temp.line(1, more => '{"account_code": "9999"}'), '', 'RP210', 'an unknown account'), (pg_temp.line(1, more => '{"account_code": "1200"}'), '', 'RP207', 'a control account'),
    (pg_temp.line(1, more => '{"account_code": "0520"}'), '', 'RP206', 'a heading'), (pg_temp.line(1), ', document_date => erp.today() + 1', 'RP217', 'tomorrow'),
    (pg_temp.line(1), ', currency => ''CHF''', 'RP212', 'a currency without rate'), (pg_temp.line(1), ', gross => 1.20', 'RP225', 'another sum than the bill says')
) AS v (lines, more, code, word);
SELECT matches(pg_temp.enter(:one, 'SUM', pg_temp.line(1), ', gross => 1.19'), '^[0-9]+$', 'the sum the bill says is right');
SELECT is(pg_temp.enter(-1, 'X', pg_temp.line(1)), 'RP248', 'nobody bills nothing');
SELECT is(pg_temp.enter(:one, 'X', pg_temp.line(1), '', who), '42501', who || ' enters none directly') FROM unnest(ARRAY['finance_agent', 'procurement_agent']) AS who;

-- Tax: inclusive, several rates, and owed by the buyer.
SELECT pg_temp.enter(:one, 'T1', pg_temp.line(119, word => 'gross') || pg_temp.line(107, 'DE7_IN', word => 'gross') || pg_temp.line(0.10)) AS item \gset
SELECT is((SELECT concat_ws(' ', trim_scale(net_total), trim_scale(tax_total), trim_scale(gross_total)) FROM pg_temp.bill(:'item')), '200.1 26.02 226.12', 'inclusive and exclusive lines, rounded each');
SELECT is(pg_temp.decide(:'item'), 'approved', 'are posted');
SELECT is(pg_temp.journal(:'item'), '5200 100 EUR 100, 5200 100 EUR 100, 5200 0.1 EUR 0.1, 1350 26.02 EUR 26.02, 2000 -226.12 EUR -226.12', 'with their tax');
SELECT pg_temp.enter(:one, 'T2', pg_temp.line(100, 'EU19_RC')) AS item \gset
SELECT is(pg_temp.decide(:'item'), 'approved', 'a bill from abroad');
SELECT is(pg_temp.journal(:'item'), '5200 100 EUR 100, 1350 19 EUR 19, 2300 -19 EUR -19, 2000 -100 EUR -100', 'whose tax the buyer owes and gets back');

-- In dollars: posted at the rate of its date, paid by two people at another.
SELECT pg_temp.enter(:two, 'U1', pg_temp.line(1000, 'FOREIGN_IN'), format(', document_date => %L', :'d20')) AS item \gset
SELECT is(pg_temp.decide(:'item'), 'approved', 'a bill in dollars');
SELECT is(pg_temp.journal(:'item'), '5200 1000 USD 900, 2000 -1000 USD -900', 'at the rate of its date');
CREATE FUNCTION pg_temp.propose(supplier bigint, amount text, more text DEFAULT '', who name DEFAULT 'erp_operator') RETURNS text LANGUAGE sql
AS $$ SELECT pg_temp.attempt(who, format('SELECT erp.propose_supplier_payment(%s, %s%s)', supplier, amount, more)) $$;
SELECT pg_temp.balance('5400') AS gain \gset
SELECT pg_temp.propose(:two, '600', ', bill_number => ''U1'', currency => ''USD''') AS item \gset
SELECT is((SELECT trim_scale(amount) || ' ' || summary FROM agent.approvals WHERE approval_id = :item), '570 Payment of 600.00 USD to tap two for U1', 'a payment is proposed');
SELECT is((SELECT count(*) FROM erp.payments WHERE supplier_id = :two), 0::bigint, 'and not made');
SELECT is(pg_temp.decide(:'item', 'erp_operator'), 'RP505', 'not by who proposed it');
SELECT is(pg_temp.decide(:'item'), 'approved', 'another person approves');
SELECT is(
    (SELECT pg_temp.legs_of(p.transaction_id) || ' / ' || pg_temp.legs_of(a.transaction_id) FROM erp.payments AS p JOIN erp.payment_allocations AS a USING (payment_id) WHERE supplier_id = :two),
    '1010 -600 USD -570, 2000 600 USD 570 / 2000 -600 USD -570, 2000 600 USD 540, 3950 600 USD 570, 3950 -600 USD -540, 3950 -30 EUR -30, 5400 30 EUR 30',
    'it is dearer than it was billed');
SELECT is(pg_temp.balance('5400') - :gain, 30::numeric, 'by 30');
SELECT is((SELECT total FROM erp.ap_ageing() WHERE supplier_id = :two), 360::numeric, '400 dollars of the bill are open');
SELECT is(
    (SELECT string_agg(d.day::text, ' ') FROM (SELECT erp.today() - n AS day FROM unnest(ARRAY[21, 20, 19, 10, 0]) AS n) AS d
    WHERE (SELECT coalesce(sum(total), 0) FROM erp.ap_ageing(d.day)) <> (SELECT coalesce(-sum(balance), 0) FROM erp.trial_balance(d.day) WHERE account_code = '2000')),
    NULL, 'the ageing is the control account on every day');
SELECT pg_temp.propose(:two, '10', ', currency => ''USD''') AS item \gset
UPDATE erp.exchange_rates SET rate = 0.96 WHERE from_currency = 'USD' AND rate_date = :'d10';
SELECT is(pg_temp.decide(:'item'), 'RP508', 'what has become dearer is approved anew');
SELECT is(pg_temp.decide(:'item', 'erp_controller', 'reject'), 'rejected', 'or not');
SELECT is(pg_temp.propose(supplier, amount, more, who), code, code || ' for ' || word)
FROM (VALUES
    (:two::bigint, '10', ', bill_number => ''NOPE''', 'erp_operator'::name, 'RP241', 'a bill that is not'), (:two, '10', ', bill_number => ''U1''', 'erp_operator', 'RP240', 'another currency'),
    (-1, '10', '', 'erp_operator', 'RP248', 'nobody'), (:one, '0', '', 'erp_operator', 'RP010', 'nothing'), (:one, '10', '', 'finance_agent', '42501', 'an agent'),
    (:two, '10', ', currency => ''CHF''', 'erp_operator', 'RP212', 'no rate')) AS v (supplier, amount, more, who, code, word);
SELECT is(pg_temp.attempt(who, format('SELECT erp.record_supplier_payment(%s, 1)', :one)), '42501', who || ' pays nothing alone') FROM unnest(ARRAY['erp_operator', 'erp_controller', 'finance_agent']) AS who;

-- The agent enters what comes as an event; a person decides.
UPDATE erp.suppliers SET supplier_code = 'TAP-1' WHERE supplier_id = :one;
INSERT INTO agent.task_events (event_type, payload) VALUES ('SUPPLIER_INVOICE', '{}') RETURNING event_id AS task \gset
UPDATE agent.task_events SET run_at = '2000-01-01', sort_at = '2000-01-01' WHERE event_id = :task;
SELECT pg_temp.as_role('finance_agent', 'SELECT lease_token FROM agent.claim_task()') AS lease \gset
CREATE FUNCTION pg_temp.call(task bigint, lease bigint, more jsonb) RETURNS jsonb LANGUAGE sql
AS $$ SELECT pg_temp.as_role('finance_agent', format('SELECT agent.call_tool(%s, ''enter_supplier_bill'', %L, %s)', task,
    jsonb_build_object('supplier_code', 'TAP-1', 'bill_number', 'E1', 'lines', pg_temp.line(100)) || more, lease))::jsonb $$;
SELECT is((SELECT tool_name FROM agent.event_types WHERE event_type = 'SUPPLIER_INVOICE'), 'enter_supplier_bill', 'the event names the tool');
SELECT is(coalesce(pg_temp.call(:task, :lease, more) ->> 'sqlstate', 'ok'), code, format('the agent''s bill with %s: %s', more, code))
FROM (VALUES ('{"supplier_code": "NOPE"}'::jsonb, 'RP248'), ('{"bill_number": "r 2026/17"}', 'RP247'), ('{"gross": 100}', 'RP225'), ('{"purchase_order_id": 1}', 'RP010'), ('{"gross": 119}', 'ok')) AS v (more, code);
SELECT is((SELECT status || ' ' || entered_by FROM erp.supplier_bills WHERE bill_number = 'E1'), 'entered finance_agent', 'it waits');
SET CONSTRAINTS ALL DEFERRED;
SELECT is(pg_temp.decide((SELECT max(approval_id)::text FROM agent.approvals WHERE kind = 'supplier_bill'), 'erp_operator'), 'approved', 'for a person');
SELECT is_empty('SELECT * FROM erp.check_consistency()', 'the books are right after all this');
SELECT * FROM finish();
ROLLBACK;
