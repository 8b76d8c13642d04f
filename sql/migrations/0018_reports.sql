-- What reports stand on: balance checkpoints, insert-only sums of legs that are settled for good.
-- A run covers the legs with covers_from < entry_id <= covers_to. It is made only when no transaction that could hold a leg
-- of these numbers is still open, so no late commit can slip under it; a leg that comes later has a higher number, whatever
-- its date, and is added by the reader. Numbers, not transaction ids, because a dump keeps them.
CREATE TABLE erp.checkpoint_runs (
    covers_to bigint PRIMARY KEY,
    covers_from bigint NOT NULL UNIQUE CHECK (covers_from >= 0),
    legs bigint NOT NULL CHECK (legs > 0),
    months_before date NOT NULL CHECK (extract(DAY FROM months_before) = 1),
    taken_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (covers_from < covers_to),
    EXCLUDE USING gist (int8range(covers_from, covers_to, '(]') WITH &&)
);
COMMENT ON TABLE erp.checkpoint_runs IS 'Which journal legs the balance checkpoints hold: each run goes on where the last one ended.';
COMMENT ON COLUMN erp.checkpoint_runs.covers_to IS 'Last entry_id it holds, inclusive.';
COMMENT ON COLUMN erp.checkpoint_runs.covers_from IS 'Last entry_id of the run before, 0 for the first.';
COMMENT ON COLUMN erp.checkpoint_runs.legs IS 'How many legs it holds.';
COMMENT ON COLUMN erp.checkpoint_runs.months_before IS 'Months before this day are summed up as months: they were over when it ran.';
COMMENT ON COLUMN erp.checkpoint_runs.taken_at IS 'When it was made.';
ALTER TABLE erp.checkpoint_runs OWNER TO erp_owner;

CREATE TABLE erp.balance_checkpoints (
    grain text NOT NULL CHECK (grain IN ('day', 'month')),
    starts_on date NOT NULL,
    company_id bigint NOT NULL,
    account_id bigint NOT NULL,
    currency_code text NOT NULL,
    covers_to bigint NOT NULL REFERENCES erp.checkpoint_runs,
    debit numeric(24, 4) NOT NULL CHECK (debit >= 0),
    credit numeric(24, 4) NOT NULL CHECK (credit >= 0),
    base_debit numeric(24, 4) NOT NULL CHECK (base_debit >= 0),
    base_credit numeric(24, 4) NOT NULL CHECK (base_credit >= 0),
    PRIMARY KEY (grain, starts_on, company_id, account_id, currency_code, covers_to),
    CHECK (grain = 'day' OR extract(DAY FROM starts_on) = 1)
);
COMMENT ON TABLE erp.balance_checkpoints IS 'Sums of journal legs per company, account and currency: of each run by day, and once more by month as soon as the month is over. A report reads months, the days beside them and the legs after the last run.';
COMMENT ON COLUMN erp.balance_checkpoints.grain IS 'day, or month: the same legs summed once more.';
COMMENT ON COLUMN erp.balance_checkpoints.starts_on IS 'The posting date, or the first day of its month.';
COMMENT ON COLUMN erp.balance_checkpoints.company_id IS 'Whose books.';
COMMENT ON COLUMN erp.balance_checkpoints.account_id IS 'The account.';
COMMENT ON COLUMN erp.balance_checkpoints.currency_code IS 'Currency of the legs.';
COMMENT ON COLUMN erp.balance_checkpoints.covers_to IS 'The run that made it.';
COMMENT ON COLUMN erp.balance_checkpoints.debit IS 'Debits in that currency.';
COMMENT ON COLUMN erp.balance_checkpoints.credit IS 'Credits in that currency.';
COMMENT ON COLUMN erp.balance_checkpoints.base_debit IS 'Debits in base currency.';
COMMENT ON COLUMN erp.balance_checkpoints.base_credit IS 'Credits in base currency.';
ALTER TABLE erp.balance_checkpoints OWNER TO erp_owner;
