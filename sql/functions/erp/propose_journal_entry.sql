CREATE OR REPLACE FUNCTION erp.propose_journal_entry(
    description text,
    entries jsonb,
    reason text,
    posted_on date DEFAULT NULL,
    source_type text DEFAULT 'manual',
    source_id text DEFAULT NULL,
    currency text DEFAULT NULL,
    company_id bigint DEFAULT 1
)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_draft_id bigint;
BEGIN
    IF btrim(COALESCE(reason, '')) = '' THEN
        RAISE EXCEPTION 'a reason is needed'
            USING ERRCODE = 'RP511', DETAIL = 'reason is empty', HINT = 'say why this journal is to be posted';
    END IF;
    INSERT INTO erp.journal_drafts (
        company_id, description, entries, reason, posted_on, source_type, source_reference, currency_code)
    VALUES (
        company_id, description, entries, reason, COALESCE(posted_on, erp.today(company_id)), source_type, source_id,
        COALESCE(currency, (SELECT m.base_currency FROM erp.companies AS m WHERE m.company_id = propose_journal_entry.company_id)))
    RETURNING draft_id INTO v_draft_id;
    RETURN (
        SELECT a.approval_id
        FROM agent.approvals AS a
        WHERE a.kind = 'journal'
        AND a.subject_id = v_draft_id
        AND a.status = 'pending');
END
$function$;
COMMENT ON FUNCTION erp.propose_journal_entry(text, jsonb, text, date, text, text, text, bigint) IS
'Writes down a journal for another person to approve; checked now as if it were posted. Returns the item for erp.approve(item, reason), which posts it exactly as it stands. RP511 without a reason; refused like erp.post_journal_entry otherwise.';
ALTER FUNCTION erp.propose_journal_entry(text, jsonb, text, date, text, text, text, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.propose_journal_entry(text, jsonb, text, date, text, text, text, bigint) FROM PUBLIC;
