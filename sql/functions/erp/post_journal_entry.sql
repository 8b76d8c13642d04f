CREATE OR REPLACE FUNCTION erp.post_journal_entry(
    description text,
    entries jsonb,
    posted_on date DEFAULT NULL,
    source_type text DEFAULT 'adjustment',
    source_id text DEFAULT NULL,
    currency text DEFAULT NULL,
    idempotency_key text DEFAULT NULL,
    company_id bigint DEFAULT 1
)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_transaction_id bigint;
BEGIN
    IF erp.journal_type_by_hand(source_type) THEN
        RAISE EXCEPTION 'a journal of type % needs a second person', source_type
            USING ERRCODE = 'RP221', DETAIL = jsonb_build_object('source_type', source_type)::text,
            HINT = 'SELECT erp.propose_journal_entry(description, entries, reason); another person approves it';
    END IF;
    PERFORM erp.check_control_accounts(entries);
    v_transaction_id := erp.post_ledger(description, entries, posted_on, source_type, source_id, currency, idempotency_key, company_id);
    IF entries @? '$[*].base_amount' THEN
        PERFORM erp.check_base_amounts(v_transaction_id, entries);
    END IF;
    PERFORM erp.check_posting_authority(v_transaction_id);
    RETURN v_transaction_id;
END
$function$;
COMMENT ON FUNCTION erp.post_journal_entry(text, jsonb, date, text, text, text, text, bigint) IS
'Posts a journal: entries [{"account_code","amount","is_credit","memo","currency","base_amount","department","project"}]; returns its transaction_id. Refuses kinds that need a second person (RP221) or are made by a function of their own (RP222), control accounts (RP207), malformed legs (RP209-RP211, RP219), a base amount that does not follow from the day''s rate (RP218), closed periods (RP205), amounts above the authority of the agent or person (RP504); an unbalanced journal is refused at the end of the tool or transaction (RP201).';
ALTER FUNCTION erp.post_journal_entry(text, jsonb, date, text, text, text, text, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.post_journal_entry(text, jsonb, date, text, text, text, text, bigint) FROM PUBLIC;
