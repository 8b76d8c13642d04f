-- Balance checkpoints change no figure: what a report adds up from them and the legs after them is what the legs alone say,
-- for every account, company and day, whatever is posted late; they are kept in order, append-only, and seldom.
BEGIN;
\ir _fixtures.sql
SELECT plan(41);
SELECT erp.ensure_fiscal_year(1, 2000), erp.ensure_fiscal_year(1, 2001);
INSERT INTO erp.companies (legal_name, country_code, base_currency) VALUES ('Tap Two', 'US', 'USD') RETURNING company_id AS two \gset
SELECT erp.ensure_fiscal_year(:two, 2000);
CREATE FUNCTION pg_temp.post(amount numeric, day date, company bigint DEFAULT 1, debit text DEFAULT '5200')
RETURNS bigint
LANGUAGE sql
AS $$
    SELECT erp.post_journal_entry(
        'tap', jsonb_build_array(
            jsonb_build_object('account_code', debit, 'amount', amount, 'is_credit', false),
            jsonb_build_object('account_code', '1000', 'amount', amount, 'is_credit', true)), day, company_id => company)
$$;
-- The sums of the legs themselves.
CREATE FUNCTION pg_temp.by_legs(day date, company bigint)
RETURNS TABLE (account_code text, account_name text, account_classification text, debit numeric, credit numeric, balance numeric)
LANGUAGE sql
AS $$
    SELECT
        a.account_code, a.account_name, a.account_classification,
        coalesce(sum(j.base_amount) FILTER (WHERE NOT j.is_credit_entry), 0), coalesce(sum(j.base_amount) FILTER (WHERE j.is_credit_entry), 0),
        sum(j.signed_base_amount)
    FROM erp.journal_entries AS j
    JOIN erp.financial_transactions AS t USING (transaction_id)
    JOIN erp.accounts AS a USING (account_id)
    WHERE (by_legs.day IS NULL OR t.posted_on <= by_legs.day)
    AND (by_legs.company IS NULL OR t.company_id = by_legs.company)
    GROUP BY a.account_id
$$;
-- Days on which trial balance and legs differ, to the byte.
CREATE FUNCTION pg_temp.differ()
RETURNS text
LANGUAGE sql
AS $$
    SELECT string_agg(concat_ws(' ', v.day, c.company_id), ', ')
    FROM (VALUES (NULL), ('1999-12-31'), ('2000-01-01'), ('2000-01-30'), ('2000-01-31'), ('2000-02-01'), ('2000-02-28'), ('2000-02-29'),
        ('2000-12-31'), ('2001-01-01'), (current_date::text), ((current_date - 1)::text), ((current_date + 30)::text),
        ((current_date + 40)::text), ('infinity')) AS v (day)
    CROSS JOIN (SELECT company_id FROM erp.companies UNION ALL SELECT NULL) AS c
    WHERE (SELECT array_agg(t::text ORDER BY t.account_code) FROM erp.trial_balance(v.day::date, c.company_id) AS t)
        IS DISTINCT FROM (SELECT array_agg(t::text ORDER BY t.account_code) FROM pg_temp.by_legs(v.day::date, c.company_id) AS t)
$$;
CREATE FUNCTION pg_temp.rent(day date, company bigint DEFAULT 1)
RETURNS numeric
LANGUAGE sql
AS $$ SELECT trim_scale(coalesce(sum(balance), 0)) FROM erp.trial_balance(day, company) WHERE account_code = '5200' $$;
SELECT pg_temp.rent('1999-12-31') AS before \gset

SELECT pg_temp.post(1, '2000-01-01'), pg_temp.post(10, '2000-01-31'), pg_temp.post(100, '2000-02-01'), pg_temp.post(1000, '2000-12-31');
SELECT pg_temp.post(7, '2000-01-15', :two), pg_temp.post(0.01, '2000-02-29', :two);
INSERT INTO erp.exchange_rates (from_currency, to_currency, rate_date, rate) VALUES ('JPY', 'EUR', '2000-01-01', 0.01);
SELECT erp.post_journal_entry('yen', '[{"account_code": "5200", "amount": 300, "is_credit": false}, {"account_code": "1000", "amount": 300, "is_credit": true}]', '2000-01-20', currency => 'JPY');
SELECT is(pg_temp.differ(), NULL, 'without a checkpoint the trial balance is the legs');
SELECT cmp_ok(erp.take_balance_checkpoint(), '>', 13::bigint, 'a first run takes all there is');
SELECT is(pg_temp.differ(), NULL, 'and changes nothing');
SELECT is(erp.take_balance_checkpoint(), 0::bigint, 'a second finds nothing new');
SELECT pg_temp.post(5, '2000-01-10'), pg_temp.post(6, '2000-02-29'), pg_temp.post(8, '2000-01-15', :two);
SELECT is(pg_temp.differ(), NULL, 'a leg dated before the checkpoint counts');
SELECT is(pg_temp.rent('2000-01-10') - :before, 6::numeric, 'on its day');
SELECT is(pg_temp.rent('2000-01-09') - :before, 1::numeric, 'and not before');
SELECT is(pg_temp.rent('2000-01-31') - :before, 19::numeric, 'with the yen in base currency');
SELECT is(erp.take_balance_checkpoint(7), 0::bigint, 'six new legs are fewer than seven');
SELECT is(erp.take_balance_checkpoint(6), 6::bigint, 'and are six');
SELECT is(pg_temp.differ(), NULL, 'late legs in a checkpoint of their own');
SELECT is_empty('SELECT * FROM erp.check_consistency()', 'the invariant agrees');
SELECT is(pg_temp.rent('2000-12-31', :two), 15.01, 'one company alone');
SELECT is((SELECT sum(balance) FROM erp.trial_balance('2000-12-31', :two)), 0.0000, 'whose books balance alone');
SELECT is((SELECT count(*) FROM erp.trial_balance('2000-12-31', -1)), 0::bigint, 'a company that is not there has none');
SELECT is(
    (SELECT array_agg(t::text) FROM erp.trial_balance('2000-12-31') AS t), (SELECT array_agg(t::text) FROM erp.trial_balance('2000-12-31', NULL) AS t),
    'without a company all are added, as before');

-- Sums between two days, by whole months and single days.
SELECT is(
    (SELECT trim_scale(coalesce(sum(s.base_debit), 0)) FROM erp.account_sums(v.first::date, v.last::date, 1) AS s JOIN erp.accounts AS a USING (account_id) WHERE a.account_code = '5200'),
    v.wanted::numeric, format('from %s to %s', v.first, v.last))
FROM (VALUES
    ('2000-01-01', '2000-01-31', 19), ('2000-01-02', '2000-01-31', 18), ('2000-01-01', '2000-01-30', 9), ('2000-01-10', '2000-01-10', 5),
    ('2000-01-31', '2000-02-01', 110), ('2000-01-31', '2000-02-29', 116), ('2000-01-02', '2000-12-30', 124), ('2000-02-01', '2000-12-31', 1106),
    ('2000-03-01', '2000-02-01', 0), ('2000-02-02', '2000-02-28', 0)
) AS v (first, last, wanted);
SELECT is(
    (SELECT concat_ws(' ', trim_scale(s.debit), trim_scale(s.base_debit)) FROM erp.account_sums('2000-01-01', '2000-01-31', 1) AS s JOIN erp.accounts AS a USING (account_id) WHERE a.account_code = '5200' AND s.currency_code = 'JPY'),
    '300 3', 'each currency by itself');

-- A month is summed up when it is over: today's is not, until the clock has moved on.
SELECT is((SELECT count(*) FROM erp.balance_checkpoints WHERE grain = 'month' AND starts_on >= date_trunc('month', erp.today()::timestamp)), 0::bigint, 'this month is not summed up');
SELECT is((SELECT count(*) FROM erp.balance_checkpoints WHERE grain = 'month' AND starts_on < '2001-01-01' AND company_id = :two), 6::bigint, 'months that are over are, and what came late for them once more');
SELECT erp.ensure_fiscal_year(1, extract(year FROM erp.today())::int), erp.ensure_fiscal_year(1, extract(year FROM erp.today() + 40)::int);
UPDATE erp.clock SET clock_offset = clock_offset + interval '40 days';
SELECT pg_temp.post(50, (erp.today() - 40)), pg_temp.post(60, erp.today());
SELECT is(erp.take_balance_checkpoint(), 4::bigint, 'forty days later');
SELECT cmp_ok((SELECT count(*) FROM erp.balance_checkpoints WHERE grain = 'month' AND starts_on >= date_trunc('month', current_date::timestamp)), '>', 5::bigint, 'it is, with what the runs before had by day');
SELECT is(pg_temp.differ(), NULL, 'and the trial balance is still the legs');
SELECT is_empty('SELECT * FROM erp.check_consistency()', 'says the invariant too');

-- Kept as the ledger is.
SELECT is(pg_temp.attempt('postgres', s), 'RP203', s)
FROM unnest(ARRAY['UPDATE erp.balance_checkpoints SET debit = 0', 'DELETE FROM erp.checkpoint_runs', 'TRUNCATE erp.checkpoint_runs, erp.balance_checkpoints']) AS s;
SELECT throws_ok('INSERT INTO erp.checkpoint_runs (covers_from, covers_to, legs, months_before) VALUES (1, 2, 1, ''2000-01-01'')', '23P01', NULL, 'no leg is covered twice');
SELECT is(pg_temp.attempt(who, 'SELECT erp.take_balance_checkpoint()'), answer, format('%s takes a checkpoint: %s', who, answer))
FROM (VALUES ('erp_cron', '0'), ('erp_controller', '0'), ('finance_agent', '42501'), ('sales_agent', '42501')) AS v (who, answer);
SELECT * FROM finish();
ROLLBACK;
