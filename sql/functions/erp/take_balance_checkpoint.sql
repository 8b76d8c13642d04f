-- How a run knows that no leg is missing. A leg gets its number after its transaction got its id (the header comes first). So
-- whoever could still commit a leg numbered up to the highest visible one was running, with an id, when that number was
-- read. Once none of those transactions is open, every leg up to it is visible or will never be.
CREATE OR REPLACE FUNCTION erp.take_balance_checkpoint(p_at_least bigint DEFAULT 1, p_wait interval DEFAULT '5 seconds')
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- The schedule's role reads by index alone, and this reads a day or all.
SET enable_seqscan = on
AS $function$
DECLARE
    v_deadline CONSTANT timestamptz := clock_timestamp() + p_wait;
    v_from bigint;
    v_to bigint;
    v_next_xid xid8;
    v_legs bigint;
    v_months_from date;
    v_months_before date;
BEGIN
    LOCK TABLE erp.checkpoint_runs IN SHARE ROW EXCLUSIVE MODE;
    SELECT COALESCE(max(r.covers_to), 0), COALESCE(max(r.months_before), '1900-01-01') INTO v_from, v_months_from FROM erp.checkpoint_runs AS r;
    SELECT max(j.entry_id), pg_snapshot_xmax(pg_current_snapshot()) INTO v_to, v_next_xid
    FROM erp.journal_entries AS j;
    IF COALESCE(v_to, 0) - v_from < greatest(p_at_least, 1) THEN
        RETURN 0;
    END IF;
    WHILE EXISTS (SELECT FROM pg_snapshot_xip(pg_current_snapshot()) AS x (xid) WHERE x.xid < v_next_xid) LOOP
        IF clock_timestamp() >= v_deadline THEN
            RETURN 0;
        END IF;
        PERFORM pg_sleep(0.02);
    END LOOP;

    SELECT count(*) INTO v_legs FROM erp.journal_entries AS j WHERE j.entry_id > v_from AND j.entry_id <= v_to;
    v_months_before := greatest(v_months_from, date_trunc('month', erp.today()::timestamp)::date);
    INSERT INTO erp.checkpoint_runs (covers_to, covers_from, legs, months_before) VALUES (v_to, v_from, v_legs, v_months_before);
    INSERT INTO erp.balance_checkpoints (
        grain, starts_on, company_id, account_id, currency_code, covers_to, debit, credit, base_debit, base_credit)
    SELECT
        'day', t.posted_on, t.company_id, j.account_id, j.currency_code, v_to,
        COALESCE(sum(j.absolute_amount) FILTER (WHERE NOT j.is_credit_entry), 0),
        COALESCE(sum(j.absolute_amount) FILTER (WHERE j.is_credit_entry), 0),
        COALESCE(sum(j.base_amount) FILTER (WHERE NOT j.is_credit_entry), 0),
        COALESCE(sum(j.base_amount) FILTER (WHERE j.is_credit_entry), 0)
    FROM erp.journal_entries AS j
    JOIN erp.financial_transactions AS t USING (transaction_id)
    WHERE j.entry_id > v_from
    AND j.entry_id <= v_to
    GROUP BY t.company_id, j.account_id, j.currency_code, t.posted_on;
    -- Months that are over since the last run, and what came late for the months before them.
    INSERT INTO erp.balance_checkpoints (
        grain, starts_on, company_id, account_id, currency_code, covers_to, debit, credit, base_debit, base_credit)
    SELECT
        'month', date_trunc('month', c.starts_on::timestamp)::date, c.company_id, c.account_id, c.currency_code, v_to,
        sum(c.debit), sum(c.credit), sum(c.base_debit), sum(c.base_credit)
    FROM erp.balance_checkpoints AS c
    WHERE c.grain = 'day'
    AND c.starts_on < v_months_before
    AND (c.starts_on >= v_months_from OR c.covers_to = v_to)
    GROUP BY 2, c.company_id, c.account_id, c.currency_code;
    RETURN v_legs;
END
$function$;
COMMENT ON FUNCTION erp.take_balance_checkpoint(bigint, interval) IS
'Sums the journal legs that came since the last run into erp.balance_checkpoints; returns how many. 0 when fewer than p_at_least numbers came, or when a transaction that may still commit such a leg stays open longer than p_wait: the next run takes them. Locks erp.checkpoint_runs against other runs; readers and postings go on.';
ALTER FUNCTION erp.take_balance_checkpoint(bigint, interval) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.take_balance_checkpoint(bigint, interval) FROM PUBLIC;
