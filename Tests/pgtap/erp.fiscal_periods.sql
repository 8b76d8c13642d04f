-- Periods: made by year, never overlapping, closed by the controller alone.
BEGIN;
\ir _fixtures.sql
SELECT plan(22);
INSERT INTO erp.companies (company_id, legal_name, country_code, base_currency, fiscal_year_start_month)
VALUES (4711, 'April GmbH', 'DE', 'EUR', 4), (4712, 'January GmbH', 'DE', 'EUR', 1);
SELECT is(erp.ensure_fiscal_year(4711, 2030), 12, 'a year has twelve periods');
SELECT is(erp.ensure_fiscal_year(4711, 2030), 0, 'made once');
SELECT is(
    (SELECT min(starts_on) || ' ' || max(ends_on) FROM erp.fiscal_periods WHERE company_id = 4711), '2029-04-01 2030-03-31',
    'a year is named by the calendar year in which it ends');
SELECT is(erp.ensure_fiscal_year(4712, 2028), 12, 'a leap year');
SELECT ok(EXISTS (SELECT FROM erp.fiscal_periods WHERE company_id = 4712 AND ends_on = '2028-02-29'), 'ends February on the 29th');
SELECT throws_ok(
    $$INSERT INTO erp.fiscal_periods (company_id, fiscal_year, period_number, starts_on, ends_on) VALUES (4712, 2028, 13, '2028-12-31', '2028-12-31')$$,
    '23P01', NULL, 'periods do not overlap');
SELECT throws_ok(
    $$INSERT INTO erp.fiscal_periods (company_id, fiscal_year, period_number, starts_on, ends_on) VALUES (4712, 2029, 1, '2029-02-01', '2029-01-01')$$,
    '23514', NULL, 'nor end before they begin');
SELECT is(pg_temp.attempt(role, $$UPDATE erp.fiscal_periods SET status = 'closed' WHERE company_id = 4712$$), ending, role || ': ' || ending)
FROM (VALUES ('erp_controller', 'ok'), ('erp_operator', '42501'), ('finance_agent', '42501')) AS v (role, ending);
SELECT is(
    pg_temp.attempt('erp_controller', $$UPDATE erp.fiscal_periods SET ends_on = 'infinity' WHERE company_id = 4712$$), '42501',
    'the controller closes periods but does not move them');
SELECT is(
    pg_temp.attempt('erp_operator', 'SELECT erp.ensure_fiscal_year(1, 2095)'), '42501', 'years are the controller''s to open');
SELECT is(pg_temp.attempt('erp_controller', 'SELECT erp.ensure_fiscal_year(1, 2095)'), '12', 'who does');

-- The clock decides what is today.
SELECT is(pg_temp.attempt(role, 'UPDATE erp.clock SET clock_offset = ''1 year'''), '42501', role || ' does not move the clock')
FROM unnest(ARRAY['erp_operator', 'erp_controller', 'sales_agent', 'finance_agent', 'erp_cron']) AS role;
SET LOCAL ROLE erp_clock;
SELECT lives_ok('UPDATE erp.clock SET clock_offset = ''40 days''', 'erp_clock does');
RESET ROLE;
SELECT is(erp.today(), (SELECT (now() AT TIME ZONE time_zone)::date + 40 FROM erp.companies WHERE company_id = 1), 'and business dates follow');
SELECT throws_ok('INSERT INTO erp.clock (is_singleton) VALUES (true)', '23505', NULL, 'there is one clock');
SELECT is(
    pg_temp.attempt('erp_operator', 'SELECT set_config(''erp.now'', ''2001-01-01'', true) IS NULL OR erp.today() > ''2002-01-01'''), 'true',
    'a setting is no clock');
SELECT * FROM finish();
ROLLBACK;
