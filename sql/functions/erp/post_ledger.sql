CREATE OR REPLACE FUNCTION erp.post_ledger(
    p_description text,
    p_entries jsonb,
    p_posted_on date,
    p_source_type text,
    p_source_id text,
    p_currency text,
    p_idempotency_key text,
    p_company_id bigint,
    p_reverses bigint DEFAULT NULL
)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_base text;
    v_currency text;
    v_posted_on date := COALESCE(p_posted_on, erp.today(p_company_id));
    v_hash bytea;
    v_transaction_id bigint;
    v_existing_id bigint;
    v_existing_hash bytea;
BEGIN
    SELECT base_currency INTO v_base FROM erp.companies WHERE company_id = p_company_id;
    v_currency := COALESCE(p_currency, v_base);
    PERFORM erp.check_journal_entries(p_entries, v_currency);
    -- Most postings name no dimension and need not look any up.
    IF p_entries @? '$[*] ? (exists(@.department) || exists(@.project))' THEN
        PERFORM erp.check_dimensions(p_entries, p_reverses IS NOT NULL);
    END IF;

    IF p_idempotency_key IS NOT NULL THEN
        v_hash := sha256(convert_to(jsonb_build_array(
            p_description, p_entries, p_posted_on, p_source_type, p_source_id, v_currency, p_company_id)::text, 'UTF8'));
        -- A repeat is answered even when its period has closed meanwhile, so it may not reach the period check.
        SELECT transaction_id, payload_hash INTO v_existing_id, v_existing_hash
        FROM erp.financial_transactions
        WHERE idempotency_key = p_idempotency_key;
    END IF;
    IF v_existing_id IS NULL THEN
        INSERT INTO erp.financial_transactions (
            company_id, executing_agent_id, posted_on, semantic_description, source_document_type,
            source_document_reference, currency_code, reverses_transaction_id, idempotency_key, payload_hash)
        VALUES (
            p_company_id, (SELECT agent_id FROM agent.agents WHERE database_role = session_user), v_posted_on, p_description,
            p_source_type, p_source_id, v_currency, p_reverses, p_idempotency_key, v_hash)
        ON CONFLICT (idempotency_key) DO NOTHING
        RETURNING transaction_id INTO v_transaction_id;
        -- Somebody else posted under the key while this statement waited.
        IF v_transaction_id IS NULL THEN
            SELECT transaction_id, payload_hash INTO v_existing_id, v_existing_hash
            FROM erp.financial_transactions
            WHERE idempotency_key = p_idempotency_key;
        END IF;
    END IF;
    IF v_transaction_id IS NULL THEN
        IF v_existing_hash IS DISTINCT FROM v_hash THEN
            RAISE EXCEPTION 'idempotency key already used for another posting'
                USING ERRCODE = 'RP208',
                DETAIL = jsonb_build_object('idempotency_key', p_idempotency_key, 'transaction_id', v_existing_id)::text,
                HINT = 'repeat exactly what was posted under the key, or use a new key';
        END IF;
        RETURN v_existing_id;
    END IF;

    INSERT INTO erp.journal_entries (
        transaction_id, account_id, absolute_amount, is_credit_entry, currency_code, base_amount, memo, department_id, project_id)
    SELECT
        v_transaction_id, a.account_id, leg.amount, leg.is_credit, leg.currency, leg.base_amount, leg.memo,
        (
            SELECT d.department_id
            FROM erp.departments AS d
            WHERE d.department_code = p_entries -> (leg.entry_position - 1)::integer ->> 'department'
        ),
        (
            SELECT p.project_id
            FROM erp.projects AS p
            WHERE p.project_code = p_entries -> (leg.entry_position - 1)::integer ->> 'project'
        )
    FROM erp.priced_journal_entries(p_entries, v_currency, v_base, v_posted_on) AS leg
    JOIN erp.accounts AS a ON a.account_code = leg.account_code
    ORDER BY leg.entry_position;
    RETURN v_transaction_id;
END
$function$;
COMMENT ON FUNCTION erp.post_ledger(text, jsonb, date, text, text, text, text, bigint, bigint) IS
'Inserts one transaction with its legs; the one way into the ledger. Sub-ledger functions call it directly, everybody else through erp.post_journal_entry. A repeat of an idempotency key returns the first id (RP208 for another payload). Balance and period are judged by triggers: RP201, RP202, RP204-RP206.';
ALTER FUNCTION erp.post_ledger(text, jsonb, date, text, text, text, text, bigint, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.post_ledger(text, jsonb, date, text, text, text, text, bigint, bigint) FROM PUBLIC;
