CREATE OR REPLACE FUNCTION erp.import_bank_statement(content text, account text DEFAULT '1000', company_id bigint DEFAULT 1)
RETURNS TABLE (statement_id bigint, statement_reference text, new_lines bigint, known_lines bigint)
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
    v_account_id bigint;
    v_statement record;
    v_statement_id bigint;
    v_new bigint;
BEGIN
    -- Two imports for one account wait for each other here.
    SELECT a.account_id INTO v_account_id
    FROM erp.accounts AS a
    WHERE a.account_code = import_bank_statement.account
    AND a.account_classification = 'Asset'
    AND a.control_of IS NULL
    AND NOT a.is_heading
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'account: % is no bank account', account
            USING ERRCODE = 'RP260', DETAIL = jsonb_build_object('account', account)::text,
            HINT = 'name the asset account that stands for the account at the bank';
    END IF;
    FOR v_statement IN
        SELECT
            c.statement_reference, c.currency_code, c.opening_balance, c.closing_balance, c.statement_date,
            jsonb_agg(to_jsonb(c)) FILTER (WHERE c.amount IS NOT NULL) AS lines, COALESCE(sum(c.amount), 0) AS total
        FROM erp.bank_camt053(import_bank_statement.content) AS c
        GROUP BY c.statement_reference, c.currency_code, c.opening_balance, c.closing_balance, c.statement_date
        ORDER BY c.statement_date, c.statement_reference
    LOOP
        IF v_statement.opening_balance + v_statement.total <> v_statement.closing_balance THEN
            RAISE EXCEPTION 'statement % does not add up', v_statement.statement_reference
                USING ERRCODE = 'RP264',
                DETAIL = jsonb_build_object(
                    'opening_balance', v_statement.opening_balance, 'entries', v_statement.total, 'closing_balance', v_statement.closing_balance)::text,
                HINT = 'get the whole file from the bank again; nothing was imported';
        END IF;
        v_new := 0;
        SELECT s.statement_id INTO v_statement_id
        FROM erp.bank_statements AS s
        WHERE s.account_id = v_account_id AND s.statement_reference = v_statement.statement_reference;
        IF NOT FOUND THEN
            INSERT INTO erp.bank_statements (
                company_id, account_id, statement_reference, currency_code, opening_balance, closing_balance, statement_date, known_amount)
            SELECT
                import_bank_statement.company_id, v_account_id, v_statement.statement_reference, v_statement.currency_code,
                v_statement.opening_balance, v_statement.closing_balance, v_statement.statement_date, COALESCE(sum(l.amount), 0)
            FROM erp.bank_statement_lines AS l
            WHERE l.account_id = v_account_id
            AND l.bank_reference IN (SELECT e.line ->> 'bank_reference' FROM jsonb_array_elements(v_statement.lines) AS e (line))
            RETURNING bank_statements.statement_id INTO v_statement_id;
            INSERT INTO erp.bank_statement_lines (statement_id, account_id, bank_reference, booked_on, amount, counterparty, remittance)
            SELECT v_statement_id, v_account_id, e.bank_reference, e.booked_on, e.amount, e.counterparty, e.remittance
            FROM jsonb_to_recordset(v_statement.lines) AS e (bank_reference text, booked_on date, amount numeric, counterparty text, remittance text)
            ON CONFLICT (account_id, bank_reference) DO NOTHING;
            GET DIAGNOSTICS v_new = ROW_COUNT;
        END IF;
        RETURN QUERY
        SELECT v_statement_id, v_statement.statement_reference, v_new, COALESCE(jsonb_array_length(v_statement.lines), 0) - v_new;
    END LOOP;
    IF v_statement_id IS NULL THEN
        RAISE EXCEPTION 'content: no statement with its balances was found'
            USING ERRCODE = 'RP264', DETAIL = jsonb_build_object('characters', length(content))::text,
            HINT = 'a CAMT.053 file has Document/BkToCstmrStmt/Stmt with opening and closing balance';
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.import_bank_statement(text, text, bigint) IS
'Imports the statements of a CAMT.053 file for an account; a line that is known already, from the same or an overlapping file, is not imported again. RP264 when a statement does not add up, RP260 for an account that is no bank account. Locks the account''s row.';
ALTER FUNCTION erp.import_bank_statement(text, text, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.import_bank_statement(text, text, bigint) FROM PUBLIC;
