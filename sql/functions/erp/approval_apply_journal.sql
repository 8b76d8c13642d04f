CREATE OR REPLACE FUNCTION erp.approval_apply_journal(p_approval_id bigint)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_approval record;
    v_draft record;
    v_transaction_id bigint;
    v_total numeric;
BEGIN
    SELECT * INTO v_approval FROM agent.approvals WHERE approval_id = p_approval_id;
    SELECT * INTO v_draft FROM erp.journal_drafts WHERE draft_id = v_approval.subject_id;
    IF v_approval.status = 'rejected' THEN
        UPDATE erp.journal_drafts SET status = 'rejected' WHERE draft_id = v_draft.draft_id;
        RETURN;
    END IF;
    v_transaction_id := erp.post_ledger(
        v_draft.description, v_draft.entries, v_draft.posted_on, v_draft.source_type,
        COALESCE(v_draft.source_reference, v_draft.draft_id::text), v_draft.currency_code, NULL, v_draft.company_id);
    PERFORM erp.check_base_amounts(v_transaction_id, v_draft.entries);
    SELECT sum(base_amount) INTO v_total FROM erp.journal_entries WHERE transaction_id = v_transaction_id AND NOT is_credit_entry;
    IF v_approval.details ->> 'content_hash' IS DISTINCT FROM v_draft.content_hash OR v_total IS DISTINCT FROM v_approval.amount THEN
        RAISE EXCEPTION 'journal draft % changed since approval was asked for', v_draft.draft_id
            USING ERRCODE = 'RP508',
            DETAIL = jsonb_build_object('approval_id', p_approval_id, 'amount', v_approval.amount, 'now', v_total)::text,
            HINT = 'look at the journal and its exchange rates again; change its reason to ask anew';
    END IF;
    UPDATE erp.journal_drafts SET status = 'posted', transaction_id = v_transaction_id WHERE draft_id = v_draft.draft_id;
END
$function$;
COMMENT ON FUNCTION erp.approval_apply_journal(bigint) IS
'What a decision about a journal draft does: posts it exactly as it stands, or marks it rejected. RP508 when an exchange rate changed what it amounts to.';
ALTER FUNCTION erp.approval_apply_journal(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.approval_apply_journal(bigint) FROM PUBLIC;
