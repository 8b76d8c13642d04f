CREATE OR REPLACE VIEW erp.invariant_balance_checkpoints AS
WITH covered AS (
    SELECT COALESCE(max(r.covers_to), 0) AS covers_to, max(r.months_before) AS months_before FROM erp.checkpoint_runs AS r
), leg AS (
    SELECT
        t.company_id, j.account_id, j.currency_code, t.posted_on,
        sum(j.absolute_amount) FILTER (WHERE NOT j.is_credit_entry) AS debit,
        sum(j.absolute_amount) FILTER (WHERE j.is_credit_entry) AS credit,
        sum(j.base_amount) FILTER (WHERE NOT j.is_credit_entry) AS base_debit,
        sum(j.base_amount) FILTER (WHERE j.is_credit_entry) AS base_credit
    FROM erp.journal_entries AS j
    JOIN erp.financial_transactions AS t USING (transaction_id)
    WHERE j.entry_id <= (SELECT c.covers_to FROM covered AS c)
    GROUP BY t.company_id, j.account_id, j.currency_code, t.posted_on
), figure AS (
    SELECT
        'day' AS grain, l.posted_on AS starts_on, l.company_id, l.account_id, l.currency_code, 0 AS is_checkpoint,
        l.debit, l.credit, l.base_debit, l.base_credit
    FROM leg AS l
    UNION ALL
    SELECT
        'month', date_trunc('month', l.posted_on::timestamp)::date, l.company_id, l.account_id, l.currency_code, 0,
        l.debit, l.credit, l.base_debit, l.base_credit
    FROM leg AS l
    WHERE l.posted_on < (SELECT c.months_before FROM covered AS c)
    UNION ALL
    SELECT c.grain, c.starts_on, c.company_id, c.account_id, c.currency_code, 1, c.debit, c.credit, c.base_debit, c.base_credit
    FROM erp.balance_checkpoints AS c
), compared AS (
    SELECT
        f.grain, f.starts_on, f.company_id, f.account_id, f.currency_code,
        ARRAY[
            COALESCE(sum(f.debit) FILTER (WHERE f.is_checkpoint = 0), 0), COALESCE(sum(f.credit) FILTER (WHERE f.is_checkpoint = 0), 0),
            COALESCE(sum(f.base_debit) FILTER (WHERE f.is_checkpoint = 0), 0), COALESCE(sum(f.base_credit) FILTER (WHERE f.is_checkpoint = 0), 0)
        ] AS legs,
        ARRAY[
            COALESCE(sum(f.debit) FILTER (WHERE f.is_checkpoint = 1), 0), COALESCE(sum(f.credit) FILTER (WHERE f.is_checkpoint = 1), 0),
            COALESCE(sum(f.base_debit) FILTER (WHERE f.is_checkpoint = 1), 0), COALESCE(sum(f.base_credit) FILTER (WHERE f.is_checkpoint = 1), 0)
        ] AS checkpoints
    FROM figure AS f
    GROUP BY f.grain, f.starts_on, f.company_id, f.account_id, f.currency_code
)
SELECT format(
    'company %s, account %s, %s of %s, %s: checkpoints %s, legs %s', c.company_id, c.account_id, c.grain, c.starts_on, c.currency_code,
    c.checkpoints, c.legs) AS detail
FROM compared AS c
WHERE c.legs <> c.checkpoints
UNION ALL
SELECT format('the run up to leg %s begins after leg %s, the one before ended at %s', r.covers_to, r.covers_from, r.previous)
FROM (
    SELECT x.covers_to, x.covers_from, lag(x.covers_to, 1, 0::bigint) OVER (ORDER BY x.covers_to) AS previous FROM erp.checkpoint_runs AS x
) AS r
WHERE r.covers_from <> r.previous;
COMMENT ON VIEW erp.invariant_balance_checkpoints IS 'Balance checkpoints are the sums of the legs they cover, by day and by month, without a gap.';
ALTER VIEW erp.invariant_balance_checkpoints OWNER TO erp_owner;
