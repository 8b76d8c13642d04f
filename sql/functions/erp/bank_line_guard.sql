CREATE OR REPLACE FUNCTION erp.bank_line_guard()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_statement erp.bank_statements;
BEGIN
    SELECT s.* INTO v_statement
    FROM erp.bank_statements AS s
    WHERE s.statement_id = CASE TG_OP WHEN 'INSERT' THEN NEW.statement_id ELSE OLD.statement_id END
    FOR NO KEY UPDATE;
    IF v_statement.status = 'approved' OR TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND (
        OLD.payment_id IS NOT NULL
        OR to_jsonb(NEW) - '{payment_id,transaction_id}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{payment_id,transaction_id}'::text[]))
    THEN
        RAISE EXCEPTION 'a line of bank statement % cannot change', v_statement.statement_reference
            USING ERRCODE = 'RP263',
            DETAIL = jsonb_build_object('statement_id', v_statement.statement_id, 'status', v_statement.status)::text,
            HINT = 'what the bank said stays, and so does a match', TABLE = 'bank_statement_lines', SCHEMA = 'erp';
    END IF;
    IF TG_OP = 'INSERT' THEN
        NEW.account_id := v_statement.account_id;
    END IF;
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION erp.bank_line_guard() IS
'Row trigger: a line gets the account of its statement; it is matched once and changes in nothing else, and not at all once its statement is approved (RP263). Locks the statement.';
ALTER FUNCTION erp.bank_line_guard() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.bank_line_guard() FROM PUBLIC;
