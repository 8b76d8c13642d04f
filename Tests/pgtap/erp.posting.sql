-- Posting in several currencies, by department and project, in batches, under keys; and what nobody can do to a journal.
BEGIN;
\ir _fixtures.sql
\ir _journals.sql
\ir _as_role.sql
SELECT plan(118);
DELETE FROM erp.exchange_rates;
INSERT INTO erp.exchange_rates (from_currency, to_currency, rate_date, rate) VALUES
('USD', 'EUR', '2020-01-01', 0.9), ('USD', 'EUR', erp.today() - 10, 0.92), ('USD', 'EUR', erp.today() + 1, 0.5), ('GBP', 'EUR', '2020-01-01', 1.15);

-- The base amount follows from the dated rate.
SELECT erp.post_journal_entry('dollars', pg_temp.legs('5200 100 USD', '1000 -100 USD')) AS tx \gset
SELECT is(pg_temp.legs_of(:tx), '5200 100 USD 92, 1000 -100 USD -92', 'without a base amount the latest rate not after the day applies');
SELECT erp.post_journal_entry('dollars', pg_temp.legs('5200 100 USD', '1000 -100 USD'), posted_on => erp.today() - 11) AS tx \gset
SELECT is(pg_temp.legs_of(:tx), '5200 100 USD 90, 1000 -100 USD -90', 'an earlier day has an earlier rate');
SELECT is(pg_temp.post(pg_temp.legs('5200 10 CHF', '1000 -10 CHF')), 'RP212', 'a missing rate is an error, never 1');
SELECT is(pg_temp.said(), format('no exchange rate from CHF to EUR on %s', erp.today()), 'that names pair and date');
SELECT is(pg_temp.post(pg_temp.legs('5200 10 USD 9.20', '1000 -10 USD 9.20')), 'ok', 'a base amount at the rate is accepted');
SELECT is(pg_temp.post(pg_temp.legs('5200 10 USD 9.21', '1000 -10 USD 9.21')), 'ok', 'a cent of rounding beside it too');
SELECT is(pg_temp.post(pg_temp.legs('5200 10 USD 9.22', '1000 -10 USD 9.22')), 'RP218', 'two cents are not rounding');
SELECT is(pg_temp.post(pg_temp.legs('5200 10 USD 9.18', '1000 -10 USD 9.18')), 'RP218', 'neither way');
SELECT is(pg_temp.post(pg_temp.legs('5200 10 CHF 9', '1000 -10 CHF 9')), 'RP212', 'a given base amount does not stand in for a rate');
SELECT is(
    pg_temp.post(pg_temp.legs('5200 100 USD', '3950 -100 USD', '3950 80 GBP', '1000 -80 GBP')), 'ok',
    'two currencies balance each, and pass through 3950');
SELECT is(pg_temp.post(pg_temp.legs('5200 10 USD', '1000 -10 EUR')), 'RP201', 'ten dollars are not ten euros');
SELECT is(pg_temp.post(pg_temp.legs('5200 10 USD', '1000 -10 GBP', '5200 5 GBP', '1000 -5 USD')), 'RP201', 'nor does a sum of numbers balance currencies');
SELECT erp.post_journal_entry('thirds', pg_temp.legs(
    '5200 0.33 USD', '5200 0.33 USD', '5200 0.33 USD', '1000 -0.99 USD', '5200 0.33 GBP', '5200 0.33 GBP', '1000 -0.66 GBP')) AS tx \gset
SELECT is(
    (SELECT string_agg(c || ' ' || trim_scale(gap), ', ' ORDER BY c) FROM (
        SELECT currency_code, sum(signed_base_amount) FROM erp.journal_entries WHERE transaction_id = :tx GROUP BY currency_code) AS g (c, gap)),
    'GBP 0, USD 0', 'the cents of rounding stay within their currency');

-- One currency for an account.
INSERT INTO erp.accounts (account_code, account_name, account_classification, currency_code) VALUES ('1005', 'Dollar account', 'Asset', 'USD');
SELECT is(pg_temp.post(pg_temp.legs('5200 10 USD', '1005 -10 USD')), 'ok', 'a dollar account takes dollars');
SELECT is(pg_temp.post(pg_temp.legs('5200 10', '1005 -10')), 'RP215', 'and nothing else');

-- Bad input.
SELECT is(pg_temp.post(legs), code, word)
FROM (VALUES
    (pg_temp.legs('5200 10.0001', '1000 -10'), 'RP211', 'out by 0.0001'),
    ('[{"account_code": "5200", "amount": 1000000000000000, "is_credit": false}, {"account_code": "1000", "amount": 1000000000000000, "is_credit": true}]', 'RP209', '10^15'),
    ('[{"account_code": "5200", "amount": -1, "is_credit": false}, {"account_code": "1000", "amount": -1, "is_credit": true}]', 'RP209', 'negative legs')
) AS v (legs, code, word);
SELECT is(
    pg_temp.post('[{"account_code": "5200", "amount": 999999999999999, "is_credit": false}, {"account_code": "1000", "amount": 999999999999999, "is_credit": true}]', '', 'postgres'),
    'ok', 'a unit below 10^15 is an amount');
SELECT is(pg_temp.post(pg_temp.legs('5200 10', '1000 -10'), format(', posted_on => %L', day)), 'RP204', 'no books on ' || day)
FROM unnest(ARRAY['0001-01-01', '0001-01-01 BC', '9999-12-31', '-infinity']) AS day;

-- Dimensions.
INSERT INTO erp.departments (department_name, department_code) VALUES ('tap', 'TAP');
INSERT INTO erp.projects (project_code, project_name, is_active) VALUES ('TAP-1', 'open', true), ('TAP-0', 'over', false);
SELECT erp.post_journal_entry('with dimensions', jsonb_set(pg_temp.legs('5200 10', '1000 -10'), '{0}',
    '{"account_code": "5200", "amount": 10, "is_credit": false, "department": "TAP", "project": "TAP-1"}')) AS tx \gset
SELECT is(
    (SELECT string_agg(concat_ws(' ', coalesce(department_code, '-'), coalesce(project_code, '-')), ', ' ORDER BY entry_id)
    FROM erp_journal_entries LEFT JOIN erp_departments USING (department_id) LEFT JOIN erp_projects USING (project_id) WHERE transaction_id = :tx),
    'TAP TAP-1, - -', 'a leg belongs to a department and a project, or to none');
SELECT is(
    pg_temp.post(jsonb_set(pg_temp.legs('5200 10', '1000 -10'), '{1}', '{"account_code": "1000", "amount": 10, "is_credit": true}' || dimension)), 'RP219', word)
FROM (VALUES
    ('{"department": "NOPE"}'::jsonb, 'an unknown department is refused'), ('{"project": "NOPE"}', 'so is an unknown project'),
    ('{"project": "TAP-0"}', 'and one that is over'), ('{"department": null}', 'and null, which names none')) AS v (dimension, word);
SELECT is(pg_temp.said(), 'entries[1]: unknown or inactive department', 'the refusal names the leg');
SELECT is(pg_temp.attempt(who, $$INSERT INTO erp_projects (project_code, project_name) VALUES ('TAP-2', 'new')$$), code, who || ' opens a project: ' || code)
FROM (VALUES ('erp_controller', 'ok'), ('erp_operator', '42501'), ('finance_agent', '42501')) AS v (who, code);

-- A batch: one call, all or nothing, in order.
CREATE FUNCTION pg_temp.batch(batch jsonb, who name DEFAULT 'erp_controller') RETURNS text LANGUAGE sql
AS $$ SELECT pg_temp.attempt(who, format('SELECT string_agg(''ok'', '' '') FROM erp.post_journal_entries(%L)', batch)) $$;
CREATE FUNCTION pg_temp.posting(legs jsonb, more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql
AS $$ SELECT jsonb_build_object('description', 'batch', 'entries', legs) || more $$;
SELECT count(*) AS before FROM erp.financial_transactions \gset
SELECT is(pg_temp.batch('[]'), 'ok', 'an empty batch posts nothing');
SELECT is(
    pg_temp.batch(jsonb_build_array(
        pg_temp.posting(pg_temp.legs('5200 1', '1000 -1')),
        pg_temp.posting(pg_temp.legs('5200 2 USD', '1000 -2 USD'), jsonb_build_object('posted_on', erp.today() - 11, 'source_id', 'b2')),
        pg_temp.posting(pg_temp.legs('5200 3', '1000 -3'), '{"idempotency_key": "tap batch"}'))), 'ok ok ok', 'three journals in one call');
SELECT is((SELECT posted_on FROM erp.financial_transactions WHERE source_document_reference = 'b2'), erp.today() - 11, 'each on its day');
SELECT is((SELECT count(*) FROM erp.financial_transactions) - :before, 3::bigint, 'are three transactions');
SELECT is(
    pg_temp.batch(jsonb_build_array(
        pg_temp.posting(pg_temp.legs('5200 3', '1000 -3'), '{"idempotency_key": "tap batch"}'), pg_temp.posting(pg_temp.legs('5200 4', '1000 -4')))),
    'ok ok', 'a key of an earlier batch is answered');
SELECT is((SELECT count(*) FROM erp.financial_transactions) - :before, 4::bigint, 'and not posted again');
SELECT is(pg_temp.batch(jsonb_build_array(pg_temp.posting(pg_temp.legs('5200 1', '1000 -1')), bad), who), code, word)
FROM (VALUES
    (pg_temp.posting(pg_temp.legs('5200 1', '1000 -2')), 'RP201', 'one that does not balance', 'erp_controller'),
    (pg_temp.posting(pg_temp.legs('5200 1', '1100 -1')), 'RP207', 'one on a control account', 'erp_controller'),
    (pg_temp.posting(pg_temp.legs('5200 1', '1000 -1'), '{"idempotency_key": "tap batch"}'), 'RP208', 'one under a used key', 'erp_controller'),
    (pg_temp.posting(pg_temp.legs('5200 1', '1000 -1'), '{"posted_on": "0001-01-01"}'), 'RP204', 'one of year 1', 'erp_controller'),
    (pg_temp.posting(pg_temp.legs('5200 1', '1000 -1'), '{"posted_on": "2026-02-30"}'), '22008', 'one on no day', 'erp_controller'),
    (pg_temp.posting(pg_temp.legs('5200 250000.01', '1000 -250000.01')), 'RP504', 'one above the own limit', 'erp_operator'),
    (pg_temp.posting(pg_temp.legs('5200 1', '1000 -1'), '{"colour": "red"}'), 'RP010', 'one with an unknown key', 'erp_controller'),
    ('{"description": "x"}', 'RP202', 'one without legs', 'erp_controller'), ('1', 'RP010', 'a number', 'erp_controller')
) AS v (bad, code, word, who);
SELECT is(pg_temp.said(), 'batch[1]: not an object', 'the refusal names the place');
SELECT is(pg_temp.batch('{"description": "x"}'), 'RP010', 'an object is no batch');
SELECT is((SELECT count(*) FROM erp.financial_transactions) - :before, 4::bigint, 'refused, nothing of a batch is posted');
SELECT is(pg_temp.batch('[]', who), '42501', who || ' posts no batch directly') FROM unnest(ARRAY['finance_agent', 'sales_agent', 'erp_cron']) AS who;

-- Keys: a refused one stays refused through call_tool, a bare call may be retried (acceptance checks 1 and 2).
INSERT INTO agent.task_events (event_type, payload) VALUES ('BANK_RECONCILIATION', '{}') RETURNING event_id AS task \gset
UPDATE agent.task_events SET run_at = '2000-01-01', sort_at = '2000-01-01' WHERE event_id = :task;
SELECT pg_temp.as_role('finance_agent', 'SELECT lease_token FROM agent.claim_task()') AS lease \gset
CREATE FUNCTION pg_temp.call(task bigint, lease bigint, step text) RETURNS text LANGUAGE sql
AS $$ SELECT pg_temp.verdict(pg_temp.as_role('finance_agent', format('SELECT agent.call_tool(%s, ''post_journal_entry'', %L, %s, %L)', task,
    jsonb_build_object('description', 'tool', 'entries', pg_temp.legs('5200 1000', '1000 -1000')), lease, step))) $$;
UPDATE agent.agents SET financial_authority_limit = 999.99 WHERE database_role = 'finance_agent';
SELECT is(pg_temp.call(:task, :lease, 'first'), 'RP504', 'a key is refused for lack of authority');
UPDATE agent.agents SET financial_authority_limit = 1000 WHERE database_role = 'finance_agent';
SELECT is(pg_temp.call(:task, :lease, 'first'), 'RP504', 'with authority enough it stays refused');
SELECT is(pg_temp.call(:task, :lease, 'second'), 'ok', 'a new key passes');
SELECT is(pg_temp.call(:task, :lease, 'second'), 'ok', 'and is answered again');
SELECT is(
    (SELECT count(*) FROM erp.financial_transactions WHERE idempotency_key LIKE format('task:%s:%%', :task)), 1::bigint, 'posted once');
-- The tool has judged at once; what follows may defer again.
SET CONSTRAINTS ALL DEFERRED;
SELECT is(pg_temp.post(pg_temp.legs('5200 250000.01', '1000 -250000.01'), $$, idempotency_key => 'tap bare'$$, 'erp_operator'), 'RP504', 'a bare call is refused');
SELECT is(pg_temp.post(pg_temp.legs('5200 250000.01', '1000 -250000.01'), $$, idempotency_key => 'tap bare'$$, 'erp_controller'), 'ok', 'and may be retried');

-- What is posted stays: refused to those without the privilege, and to those who hold it.
SELECT is(pg_temp.attempt(who, statement || t), CASE who WHEN 'postgres' THEN 'RP203' ELSE '42501' END, who || ': ' || statement || t)
FROM unnest(ARRAY['sales_agent', 'finance_agent', 'procurement_agent', 'inventory_watcher', 'hr_payroll_agent', 'concierge_agent', 'erp_cron',
    'erp_operator', 'erp_controller', 'postgres']) AS who
CROSS JOIN unnest(ARRAY['erp.financial_transactions', 'erp.journal_entries']) AS t
CROSS JOIN unnest(ARRAY['DELETE FROM ', 'TRUNCATE ']) AS statement
WHERE who <> 'postgres' OR statement = 'DELETE FROM ' OR t = 'erp.journal_entries';
SELECT is(pg_temp.attempt(who, format('ALTER TABLE %s DISABLE TRIGGER ALL', t)), '42501', who || ' alters no guard of ' || t)
FROM unnest(ARRAY['sales_agent', 'finance_agent', 'procurement_agent', 'inventory_watcher', 'hr_payroll_agent', 'concierge_agent', 'erp_cron',
    'erp_operator', 'erp_controller']) AS who
CROSS JOIN unnest(ARRAY['erp.financial_transactions', 'erp.journal_entries']) AS t;
SELECT is_empty('SELECT * FROM erp.check_consistency()', 'the books are right after all this');
SELECT * FROM finish();
ROLLBACK;
