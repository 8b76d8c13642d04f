CREATE OR REPLACE FUNCTION erp.approve_bank_statement(statement_id bigint)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_statement erp.bank_statements;
    v_unmatched bigint;
    v_total numeric;
BEGIN
    IF erp.actor() ->> 'kind' IS DISTINCT FROM 'person' THEN
        RAISE EXCEPTION 'only a person may approve a bank statement'
            USING ERRCODE = 'RP512', DETAIL = jsonb_build_object('session_user', session_user)::text, HINT = 'people decide, agents propose';
    END IF;
    SELECT s.* INTO v_statement FROM erp.bank_statements AS s WHERE s.statement_id = approve_bank_statement.statement_id FOR NO KEY UPDATE;
    SELECT count(*) FILTER (WHERE l.payment_id IS NULL), COALESCE(sum(l.amount), 0) INTO v_unmatched, v_total
    FROM erp.bank_statement_lines AS l
    WHERE l.statement_id = approve_bank_statement.statement_id;
    IF v_statement.statement_id IS NULL OR v_statement.status = 'approved' OR v_unmatched > 0 OR v_statement.imported_by = session_user
        OR v_statement.opening_balance + v_statement.known_amount + v_total <> v_statement.closing_balance
    THEN
        RAISE EXCEPTION 'bank statement % cannot be approved', approve_bank_statement.statement_id
            USING ERRCODE = 'RP266',
            DETAIL = jsonb_build_object('status', v_statement.status, 'unmatched_lines', v_unmatched, 'imported_by', v_statement.imported_by,
                'gap', v_statement.closing_balance - v_statement.opening_balance - v_statement.known_amount - v_total)::text,
            HINT = 'match every line first; a person who did not import it approves, once';
    END IF;
    UPDATE erp.bank_statements AS s
    SET status = 'approved',
        approved_by = session_user,
        approved_at = clock_timestamp()
    WHERE s.statement_id = approve_bank_statement.statement_id;
END
$function$;
COMMENT ON FUNCTION erp.approve_bank_statement(bigint) IS
'Approves a reconciliation and freezes it: every line matched, opening plus lines is closing, by a person who did not import it (RP266, RP512). Locks the statement.';
ALTER FUNCTION erp.approve_bank_statement(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.approve_bank_statement(bigint) FROM PUBLIC;
