CREATE OR REPLACE FUNCTION erp.revaluation_of(p_company_id bigint, p_as_of date)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_entries jsonb;
    v_mirrored jsonb;
    v_transaction_id bigint;
BEGIN
    WITH item AS (
        SELECT
            i.direction, i.currency_code, k.minor_unit,
            CASE i.document_type WHEN 'invoice' THEN 1 ELSE -1 END * (i.gross_total - s.amount) AS open_amount,
            CASE i.document_type WHEN 'invoice' THEN 1 ELSE -1 END * (i.base_gross_total - s.base_amount) AS base_amount,
            m.base_currency
        FROM erp.invoices AS i
        JOIN erp.companies AS m USING (company_id)
        JOIN erp.currencies AS k ON k.currency_code = m.base_currency
        CROSS JOIN LATERAL (
            SELECT COALESCE(sum(a.amount), 0) AS amount, COALESCE(sum(a.base_settled), 0) AS base_amount
            FROM erp.payment_allocations AS a
            WHERE a.invoice_id = i.invoice_id
            AND a.allocated_on <= p_as_of
        ) AS s
        WHERE i.company_id = p_company_id
        AND i.currency_code <> m.base_currency
        AND i.posting_date <= p_as_of
        UNION ALL
        SELECT
            CASE p.direction WHEN 'received' THEN 'customer' ELSE 'supplier' END, p.currency_code, k.minor_unit,
            s.amount - p.amount, s.base_amount - p.base_amount, m.base_currency
        FROM erp.payments AS p
        JOIN erp.companies AS m USING (company_id)
        JOIN erp.currencies AS k ON k.currency_code = m.base_currency
        CROSS JOIN LATERAL (
            SELECT COALESCE(sum(a.amount), 0) AS amount, COALESCE(sum(a.base_paid), 0) AS base_amount
            FROM erp.payment_allocations AS a
            WHERE a.payment_id = p.payment_id
            AND a.allocated_on <= p_as_of
        ) AS s
        WHERE p.company_id = p_company_id
        AND p.currency_code <> m.base_currency
        AND p.paid_on <= p_as_of
    ), worth AS (
        -- Debit positive: a receivable worth more is a debit, a payable worth more a credit.
        SELECT
            i.direction,
            CASE i.direction WHEN 'customer' THEN 1 ELSE -1 END
            * (round(sum(i.open_amount) * erp.exchange_rate(i.currency_code, i.base_currency, p_as_of), i.minor_unit) - sum(i.base_amount)) AS amount
        FROM item AS i
        GROUP BY i.direction, i.currency_code, i.base_currency, i.minor_unit
        HAVING sum(i.open_amount) <> 0 OR sum(i.base_amount) <> 0
    ), account AS (
        SELECT x.code, sum(x.amount) AS amount
        FROM (
            SELECT CASE w.direction WHEN 'customer' THEN '1190' ELSE '2090' END AS code, w.amount
            FROM worth AS w
            UNION ALL
            -- What was revalued to this day before.
            SELECT a.account_code, -j.signed_base_amount
            FROM erp.financial_transactions AS t
            JOIN erp.journal_entries AS j USING (transaction_id)
            JOIN erp.accounts AS a USING (account_id)
            WHERE t.company_id = p_company_id
            AND t.source_document_type = 'revaluation'
            AND t.source_document_reference = p_as_of::text
            AND t.posted_on = p_as_of
            AND a.account_code IN ('1190', '2090')
        ) AS x
        GROUP BY x.code
        HAVING sum(x.amount) <> 0
    )
    SELECT
        jsonb_agg(leg.entry || jsonb_build_object('is_credit', leg.is_credit) ORDER BY a.code, leg.rank),
        jsonb_agg(leg.entry || jsonb_build_object('is_credit', NOT leg.is_credit) ORDER BY a.code, leg.rank)
    INTO v_entries, v_mirrored
    FROM account AS a
    CROSS JOIN LATERAL (
        VALUES
        (1, jsonb_build_object('account_code', a.code, 'amount', abs(a.amount)), a.amount < 0),
        (2, jsonb_build_object('account_code', '5410', 'amount', abs(a.amount)), a.amount > 0)
    ) AS leg (rank, entry, is_credit);
    IF v_entries IS NULL THEN
        RETURN NULL;
    END IF;
    v_transaction_id := erp.post_ledger(
        format('Open items at the rates of %s', p_as_of), v_entries, p_as_of, 'revaluation', p_as_of::text, NULL, NULL, p_company_id);
    PERFORM erp.post_ledger(
        format('Reversal of %s: the revaluation of %s ends', v_transaction_id, p_as_of), v_mirrored, p_as_of + 1, 'revaluation',
        p_as_of::text, NULL, NULL, p_company_id, v_transaction_id);
    RETURN v_transaction_id;
END
$function$;
COMMENT ON FUNCTION erp.revaluation_of(bigint, date) IS
'Posts what open items in foreign currency are worth more or less at the rates of a day (1190, 2090 against 5410), less what was posted for that day before, and takes it back the day after. Returns the transaction_id, NULL when there is nothing to post; RP212 without a rate.';
ALTER FUNCTION erp.revaluation_of(bigint, date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.revaluation_of(bigint, date) FROM PUBLIC;
