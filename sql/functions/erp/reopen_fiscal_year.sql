CREATE OR REPLACE FUNCTION erp.reopen_fiscal_year(company_id bigint, fiscal_year integer, reason text)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_closing record;
    v_transaction_id bigint;
BEGIN
    PERFORM erp.require_controller('reopen a fiscal year');
    IF btrim(COALESCE(reason, '')) = '' THEN
        RAISE EXCEPTION 'a reason is needed'
            USING ERRCODE = 'RP511', DETAIL = 'reason is empty', HINT = 'say why the year is to be reopened';
    END IF;
    PERFORM FROM erp.fiscal_periods AS p WHERE p.company_id = reopen_fiscal_year.company_id ORDER BY p.period_id FOR UPDATE;
    SELECT c.* INTO v_closing
    FROM erp.fiscal_year_closings AS c
    WHERE c.company_id = reopen_fiscal_year.company_id
    AND c.reopened_at IS NULL
    ORDER BY c.fiscal_year DESC
    LIMIT 1;
    IF v_closing.fiscal_year IS DISTINCT FROM reopen_fiscal_year.fiscal_year THEN
        RAISE EXCEPTION 'fiscal year % is not the last closed one', fiscal_year
            USING ERRCODE = 'RP246', DETAIL = jsonb_build_object('fiscal_year', fiscal_year, 'last_closed', v_closing.fiscal_year)::text,
            HINT = 'years are reopened in the reverse order of their closing';
    END IF;
    IF v_closing.transaction_id IS NOT NULL THEN
        SELECT erp.post_ledger(
            format('Result of %s back from retained earnings: %s', reopen_fiscal_year.fiscal_year, reopen_fiscal_year.reason),
            erp.mirrored_entries(t.transaction_id), t.posted_on, 'year_end', reopen_fiscal_year.fiscal_year::text, t.currency_code, NULL,
            t.company_id, t.transaction_id)
        INTO v_transaction_id
        FROM erp.financial_transactions AS t
        WHERE t.transaction_id = v_closing.transaction_id;
    END IF;
    UPDATE erp.fiscal_year_closings AS c
    SET reopening_transaction_id = v_transaction_id,
        reopened_by = session_user,
        reopened_at = clock_timestamp(),
        reopen_reason = reopen_fiscal_year.reason
    WHERE c.closing_id = v_closing.closing_id;
    PERFORM erp.log_deed(
        'reopen_fiscal_year', 'erp.fiscal_year_closings', fiscal_year::text, reason, jsonb_build_object('transaction_id', v_transaction_id));
    RETURN v_transaction_id;
END
$function$;
COMMENT ON FUNCTION erp.reopen_fiscal_year(bigint, integer, text) IS
'Takes the closing of the last closed year back by a journal of the same day, with a reason; controllers only. Its periods can be reopened then. RP246 for any other year, RP511 without a reason. Returns the transaction_id. Locks the company''s periods.';
ALTER FUNCTION erp.reopen_fiscal_year(bigint, integer, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.reopen_fiscal_year(bigint, integer, text) FROM PUBLIC;
