CREATE OR REPLACE FUNCTION erp.check_base_amounts(p_transaction_id bigint, p_entries jsonb)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_header record;
    v_fault record;
BEGIN
    SELECT t.posted_on, t.currency_code, m.base_currency, k.minor_unit, t.created_xid INTO v_header
    FROM erp.financial_transactions AS t
    JOIN erp.companies AS m ON m.company_id = t.company_id
    JOIN erp.currencies AS k ON k.currency_code = m.base_currency
    WHERE t.transaction_id = p_transaction_id;
    -- The answer to a repeated key was judged when it was posted; rates may have been corrected since.
    IF v_header.created_xid <> pg_current_xact_id() THEN
        RETURN;
    END IF;
    SELECT e.ordinality - 1 AS entry_position, leg.currency, leg.amount, leg.given, leg.rate INTO v_fault
    FROM jsonb_array_elements(p_entries) WITH ORDINALITY AS e (entry, ordinality)
    CROSS JOIN LATERAL (
        SELECT
            COALESCE(e.entry ->> 'currency', v_header.currency_code) AS currency,
            (e.entry ->> 'amount')::numeric AS amount,
            (e.entry ->> 'base_amount')::numeric AS given,
            erp.exchange_rate(
                COALESCE(e.entry ->> 'currency', v_header.currency_code), v_header.base_currency, v_header.posted_on) AS rate
        WHERE e.entry ? 'base_amount'
    ) AS leg
    -- A leg may carry the cent by which the rounded legs together are out.
    WHERE abs(leg.given - leg.amount * leg.rate) > 10::numeric ^ -v_header.minor_unit
    ORDER BY e.ordinality
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entries[%]: % % are % % at the rate of %, not %', v_fault.entry_position, v_fault.amount, v_fault.currency,
            round(v_fault.amount * v_fault.rate, v_header.minor_unit), v_header.base_currency, v_header.posted_on, v_fault.given
            USING ERRCODE = 'RP218',
            DETAIL = jsonb_build_object(
                'currency', v_fault.currency, 'amount', v_fault.amount, 'rate', v_fault.rate, 'date', v_header.posted_on,
                'base_amount', v_fault.given,
                'gap', v_fault.given - round(v_fault.amount * v_fault.rate, v_header.minor_unit))::text,
            HINT = 'leave base_amount out, or correct the rate in erp_exchange_rates', TABLE = 'journal_entries', SCHEMA = 'erp';
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.check_base_amounts(bigint, jsonb) IS
'Refuses a given base amount that does not follow from the rate of the posting date within the base currency''s minor unit (RP218, RP212 without a rate). Sub-ledger functions, which carry the rate of their document, are not asked.';
ALTER FUNCTION erp.check_base_amounts(bigint, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.check_base_amounts(bigint, jsonb) FROM PUBLIC;
