-- A draft is tried out as a posting in a subtransaction that is always rolled back: so it meets when it is written every
-- check that it will meet when it is approved.
CREATE OR REPLACE FUNCTION erp.journal_draft_state()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_transaction_id bigint;
BEGIN
    NEW.content_hash := encode(sha256(convert_to(jsonb_build_array(
        NEW.company_id, NEW.description, NEW.entries, NEW.reason, NEW.posted_on, NEW.source_type, NEW.source_reference,
        NEW.currency_code)::text, 'UTF8')), 'hex');
    IF TG_OP = 'INSERT' THEN
        NEW.status := 'proposed';
        NEW.proposed_by := session_user;
        NEW.edited_by := session_user;
    ELSIF OLD.status <> 'proposed' THEN
        RAISE EXCEPTION 'journal draft % is % and cannot change', OLD.draft_id, OLD.status
            USING ERRCODE = 'RP203', DETAIL = jsonb_build_object('draft_id', OLD.draft_id, 'status', OLD.status)::text,
            HINT = 'propose another journal', TABLE = 'journal_drafts', SCHEMA = 'erp';
    ELSIF NEW.content_hash = OLD.content_hash THEN
        NEW.updated_at := erp.now();
        RETURN NEW;
    ELSE
        NEW.edited_by := session_user;
    END IF;
    NEW.updated_at := erp.now();

    PERFORM erp.journal_type_by_hand(NEW.source_type);
    PERFORM erp.check_control_accounts(NEW.entries);
    BEGIN
        SET CONSTRAINTS ALL DEFERRED;
        v_transaction_id := erp.post_ledger(
            NEW.description, NEW.entries, NEW.posted_on, NEW.source_type, NEW.source_reference, NEW.currency_code, NULL, NEW.company_id);
        PERFORM erp.check_base_amounts(v_transaction_id, NEW.entries);
        SET CONSTRAINTS ALL IMMEDIATE;
        SELECT sum(j.base_amount) INTO NEW.base_total
        FROM erp.journal_entries AS j
        WHERE j.transaction_id = v_transaction_id
        AND NOT j.is_credit_entry;
        RAISE SQLSTATE 'RP9TR';
    EXCEPTION
        WHEN SQLSTATE 'RP9TR' THEN
            NULL;
    END;
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION erp.journal_draft_state() IS
'Row trigger before a journal draft is written: tries it out as a posting, stamps who wrote it and what it amounts to. Only a proposed draft changes (RP203).';
ALTER FUNCTION erp.journal_draft_state() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.journal_draft_state() FROM PUBLIC;
