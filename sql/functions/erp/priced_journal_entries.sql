CREATE OR REPLACE FUNCTION erp.priced_journal_entries(p_entries jsonb, p_currency text, p_base text, p_on date)
RETURNS TABLE (
    entry_position bigint,
    account_code text,
    amount numeric,
    is_credit boolean,
    currency text,
    base_amount numeric,
    memo text
)
LANGUAGE plpgsql
STABLE
ROWS 3
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_minor_unit integer;
BEGIN
    SELECT c.minor_unit INTO v_minor_unit FROM erp.currencies AS c WHERE c.currency_code = p_base;
    RETURN QUERY
    WITH leg AS (
        SELECT
            e.ordinality AS entry_position,
            e.entry ->> 'account_code' AS account_code,
            (e.entry ->> 'amount')::numeric AS amount,
            (e.entry ->> 'is_credit')::boolean AS is_credit,
            COALESCE(e.entry ->> 'currency', p_currency) AS currency,
            (e.entry ->> 'base_amount')::numeric AS given_base,
            e.entry ->> 'memo' AS memo
        FROM jsonb_array_elements(p_entries) WITH ORDINALITY AS e (entry, ordinality)
    ), converted AS (
        SELECT leg.*, CASE
            WHEN leg.given_base IS NOT NULL THEN leg.given_base
            WHEN leg.currency = p_base THEN leg.amount
            ELSE round(leg.amount * erp.exchange_rate(leg.currency, p_base, p_on), v_minor_unit)
        END AS converted_base
        FROM leg
    ), gap AS (
        -- A currency that balances may still leave a cent in base after rounding: its largest leg takes it.
        SELECT
            c.currency,
            sum(CASE WHEN c.is_credit THEN -c.converted_base ELSE c.converted_base END) AS base_gap,
            bool_and(c.given_base IS NULL AND c.currency <> p_base)
            AND sum(CASE WHEN c.is_credit THEN -c.amount ELSE c.amount END) = 0 AS is_rounding
        FROM converted AS c
        GROUP BY c.currency
    )
    SELECT
        c.entry_position, c.account_code, c.amount, c.is_credit, c.currency,
        c.converted_base + CASE
            WHEN gap.is_rounding
                AND c.entry_position = first_value(c.entry_position) OVER (
                    PARTITION BY c.currency
                    ORDER BY c.amount DESC, c.entry_position)
                THEN CASE WHEN c.is_credit THEN gap.base_gap ELSE -gap.base_gap END
            ELSE 0
        END,
        c.memo
    FROM converted AS c
    JOIN gap ON gap.currency = c.currency;
END
$function$;
COMMENT ON FUNCTION erp.priced_journal_entries(jsonb, text, text, date) IS
'The legs of a posting with their amount in base currency at the day''s rate (RP212 without a rate); a rounding difference within a currency that balances goes to its largest leg.';
ALTER FUNCTION erp.priced_journal_entries(jsonb, text, text, date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.priced_journal_entries(jsonb, text, text, date) FROM PUBLIC;
