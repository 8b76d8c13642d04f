CREATE OR REPLACE FUNCTION erp.reverse_journal_entry(transaction_id bigint, reason text, posted_on date DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_original record;
    v_posted_on date;
    v_reversal bigint;
BEGIN
    IF btrim(COALESCE(reason, '')) = '' THEN
        RAISE EXCEPTION 'a reversal needs a reason'
            USING ERRCODE = 'RP209', DETAIL = jsonb_build_object('transaction_id', transaction_id)::text,
            HINT = 'say why in the second argument';
    END IF;
    SELECT * INTO v_original FROM erp.financial_transactions AS t WHERE t.transaction_id = reverse_journal_entry.transaction_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'transaction % does not exist', transaction_id
            USING ERRCODE = 'RP216', DETAIL = jsonb_build_object('transaction_id', transaction_id)::text,
            HINT = 'SELECT transaction_id, semantic_description FROM erp_financial_transactions';
    END IF;
    SELECT t.transaction_id INTO v_reversal FROM erp.financial_transactions AS t WHERE t.reverses_transaction_id = v_original.transaction_id;
    IF FOUND THEN
        RAISE EXCEPTION 'transaction % is already reversed', transaction_id
            USING ERRCODE = 'RP214',
            DETAIL = jsonb_build_object('transaction_id', transaction_id, 'reversed_by', v_reversal)::text,
            HINT = 'a transaction is reversed once only';
    END IF;
    PERFORM erp.journal_type_by_hand(v_original.source_document_type);
    IF EXISTS (
        SELECT FROM erp.journal_entries AS j
        JOIN erp.accounts AS a USING (account_id)
        WHERE j.transaction_id = v_original.transaction_id AND a.control_of IS NOT NULL)
    THEN
        RAISE EXCEPTION 'transaction % belongs to a sub-ledger document', transaction_id
            USING ERRCODE = 'RP207',
            DETAIL = jsonb_build_object('transaction_id', transaction_id, 'source', v_original.source_document_type)::text,
            HINT = 'reverse the document (credit note, return, payment reversal), not its journal';
    END IF;
    v_posted_on := COALESCE(posted_on, erp.first_open_day(v_original.company_id, erp.today(v_original.company_id), 'ledger'));
    IF v_posted_on < v_original.posted_on THEN
        RAISE EXCEPTION 'a reversal is not dated before %, the day of what it reverses', v_original.posted_on
            USING ERRCODE = 'RP223', DETAIL = jsonb_build_object('posted_on', v_posted_on, 'reverses', v_original.posted_on)::text,
            HINT = 'leave the day out: it is posted today';
    END IF;
    v_reversal := erp.post_ledger(
        format('Reversal of %s: %s', v_original.transaction_id, reason), erp.mirrored_entries(v_original.transaction_id), v_posted_on, 'reversal',
        v_original.transaction_id::text, v_original.currency_code, NULL, v_original.company_id, v_original.transaction_id);
    PERFORM erp.check_posting_authority(v_reversal);
    RETURN v_reversal;
END
$function$;
COMMENT ON FUNCTION erp.reverse_journal_entry(bigint, text, date) IS
'Posts the mirror image of a transaction, once only (RP214), dated today or on the first open day after it, never before the original (RP223); the original stays as it is. Journals of sub-ledger documents are reversed by their document (RP207).';
ALTER FUNCTION erp.reverse_journal_entry(bigint, text, date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.reverse_journal_entry(bigint, text, date) FROM PUBLIC;
