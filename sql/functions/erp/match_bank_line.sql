CREATE OR REPLACE FUNCTION erp.match_bank_line(line_id bigint, payment_id bigint)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    v_line record;
    v_payment erp.payments;
    v_transaction_id bigint;
BEGIN
    SELECT l.*, s.company_id, s.currency_code, s.statement_reference, a.account_code INTO v_line
    FROM erp.bank_statement_lines AS l
    JOIN erp.bank_statements AS s USING (statement_id)
    JOIN erp.accounts AS a ON a.account_id = l.account_id
    WHERE l.line_id = match_bank_line.line_id
    FOR NO KEY UPDATE OF l;
    SELECT p.* INTO v_payment FROM erp.payments AS p WHERE p.payment_id = match_bank_line.payment_id;
    IF v_line.payment_id IS NOT NULL OR v_payment.payment_id IS NULL OR v_line.amount IS DISTINCT FROM
        (CASE v_payment.direction WHEN 'received' THEN v_payment.amount ELSE -v_payment.amount END)
        OR v_line.currency_code <> v_payment.currency_code OR v_line.company_id <> v_payment.company_id
    THEN
        RAISE EXCEPTION 'line % and payment % do not match', line_id, payment_id
            USING ERRCODE = 'RP265',
            DETAIL = jsonb_build_object('line_amount', v_line.amount, 'payment_amount', v_payment.amount, 'direction', v_payment.direction,
                'matched_with', v_line.payment_id)::text,
            HINT = 'SELECT * FROM erp.propose_bank_matches(statement_id): amount, side, currency and company must be the same';
    END IF;
    v_transaction_id := erp.post_ledger(
        format('Bank statement %s: payment %s', v_line.statement_reference, v_payment.payment_id),
        jsonb_build_array(
            jsonb_build_object('account_code', v_line.account_code, 'amount', v_payment.amount, 'is_credit', v_line.amount < 0, 'base_amount', v_payment.base_amount),
            jsonb_build_object('account_code', '1010', 'amount', v_payment.amount, 'is_credit', v_line.amount > 0, 'base_amount', v_payment.base_amount)),
        greatest(v_line.booked_on, v_payment.paid_on), 'bank_statement', v_line.line_id::text, v_line.currency_code, NULL, v_line.company_id);
    UPDATE erp.bank_statement_lines AS l
    SET payment_id = match_bank_line.payment_id,
        transaction_id = v_transaction_id
    WHERE l.line_id = match_bank_line.line_id;
    UPDATE erp.bank_statements AS s
    SET status = 'matched'
    WHERE s.statement_id = v_line.statement_id
    AND NOT EXISTS (SELECT FROM erp.bank_statement_lines AS l WHERE l.statement_id = s.statement_id AND l.payment_id IS NULL);
    RETURN v_transaction_id;
END
$function$;
COMMENT ON FUNCTION erp.match_bank_line(bigint, bigint) IS
'Matches a line of a bank statement with a payment, each once, and moves the money from bank clearing (1010) to the bank account; returns the transaction_id. RP265 unless amount, side, currency and company are the same, RP263 when the statement is approved. Locks the line and its statement.';
ALTER FUNCTION erp.match_bank_line(bigint, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.match_bank_line(bigint, bigint) FROM PUBLIC;
