CREATE OR REPLACE FUNCTION erp.account_sums(
    p_from date,
    p_to date,
    p_company bigint,
    p_with_year_end boolean DEFAULT true
)
RETURNS TABLE (
    company_id bigint,
    account_id bigint,
    currency_code text,
    debit numeric,
    credit numeric,
    base_debit numeric,
    base_credit numeric
)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    -- The ledger takes no other dates.
    v_from CONSTANT date := greatest(p_from, '1900-01-01');
    v_to CONSTANT date := least(p_to, '2999-12-31');
    -- Whole months that are summed up are read by month, the days before and after them by day.
    v_months_from date := date_trunc('month', (v_from - 1)::timestamp) + interval '1 month';
    v_months_before date := date_trunc('month', (v_to + 1)::timestamp);
    v_covered bigint;
    v_first_transaction bigint;
BEGIN
    SELECT COALESCE(max(r.covers_to), 0), least(v_months_before, COALESCE(max(r.months_before), v_from))
    INTO v_covered, v_months_before
    FROM erp.checkpoint_runs AS r;
    IF v_months_before <= v_months_from THEN
        v_months_from := v_to + 1;
    END IF;
    -- Tells the planner that the transactions of these legs are the youngest, so that it reads no others. By the key of the
    -- legs: the index of transactions it would else go through holds them all.
    SELECT min(l.transaction_id) INTO v_first_transaction
    FROM (SELECT j.transaction_id FROM erp.journal_entries AS j WHERE j.entry_id > v_covered OFFSET 0) AS l;
    RETURN QUERY
    SELECT s.company_id, s.account_id, s.currency_code, sum(s.debit), sum(s.credit), sum(s.base_debit), sum(s.base_credit)
    FROM (
        SELECT c.company_id, c.account_id, c.currency_code, c.debit, c.credit, c.base_debit, c.base_credit
        FROM erp.balance_checkpoints AS c
        WHERE c.grain = 'month'
        AND c.starts_on >= v_months_from
        AND c.starts_on < v_months_before
        UNION ALL
        SELECT c.company_id, c.account_id, c.currency_code, c.debit, c.credit, c.base_debit, c.base_credit
        FROM erp.balance_checkpoints AS c
        WHERE c.grain = 'day'
        AND c.starts_on >= v_from
        AND c.starts_on < v_months_from
        UNION ALL
        SELECT c.company_id, c.account_id, c.currency_code, c.debit, c.credit, c.base_debit, c.base_credit
        FROM erp.balance_checkpoints AS c
        WHERE c.grain = 'day'
        AND c.starts_on >= greatest(v_months_from, v_months_before)
        AND c.starts_on <= v_to
        UNION ALL
        SELECT
            t.company_id, j.account_id, j.currency_code,
            CASE WHEN j.is_credit_entry THEN 0 ELSE j.absolute_amount END, CASE WHEN j.is_credit_entry THEN j.absolute_amount ELSE 0 END,
            CASE WHEN j.is_credit_entry THEN 0 ELSE j.base_amount END, CASE WHEN j.is_credit_entry THEN j.base_amount ELSE 0 END
        FROM erp.journal_entries AS j
        JOIN erp.financial_transactions AS t USING (transaction_id)
        WHERE j.entry_id > v_covered
        AND t.transaction_id >= v_first_transaction
        AND t.posted_on BETWEEN v_from AND v_to
        UNION ALL
        -- A year that is carried to retained earnings keeps its result.
        SELECT
            t.company_id, j.account_id, j.currency_code,
            CASE WHEN j.is_credit_entry THEN 0 ELSE -j.absolute_amount END, CASE WHEN j.is_credit_entry THEN -j.absolute_amount ELSE 0 END,
            CASE WHEN j.is_credit_entry THEN 0 ELSE -j.base_amount END, CASE WHEN j.is_credit_entry THEN -j.base_amount ELSE 0 END
        FROM erp.financial_transactions AS t
        JOIN erp.journal_entries AS j USING (transaction_id)
        WHERE NOT p_with_year_end
        AND t.source_document_type = 'year_end'
        AND t.posted_on BETWEEN v_from AND v_to
    ) AS s
    WHERE p_company IS NULL
    OR s.company_id = p_company
    GROUP BY s.company_id, s.account_id, s.currency_code;
END
$function$;
COMMENT ON FUNCTION erp.account_sums(date, date, bigint, boolean) IS
'Debits and credits per company, account and currency between two days, inclusive (NULL = from the first, to the last; NULL company = all), in that currency and in base, with or without the journals that close a year: balance checkpoints and the legs after them. What trial balance and statements are made of. 42501 for a role without the ledger.';
ALTER FUNCTION erp.account_sums(date, date, bigint, boolean) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.account_sums(date, date, bigint, boolean) FROM PUBLIC;
