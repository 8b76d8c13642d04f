CREATE OR REPLACE FUNCTION erp.lock_draft(p_kind text, p_draft_id bigint, OUT maker name, OUT editor name)
RETURNS record
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF p_kind = 'journal' THEN
        SELECT d.proposed_by, d.edited_by INTO maker, editor
        FROM erp.journal_drafts AS d
        WHERE d.draft_id = p_draft_id
        FOR NO KEY UPDATE;
    ELSIF p_kind = 'supplier_bill' THEN
        SELECT b.entered_by, b.edited_by INTO maker, editor
        FROM erp.supplier_bills AS b
        WHERE b.bill_id = p_draft_id
        FOR NO KEY UPDATE;
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.lock_draft(text, bigint) IS
'Who wrote and who last changed the draft that an approval of this kind is about; nobody for other kinds. Locks the draft.';
ALTER FUNCTION erp.lock_draft(text, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.lock_draft(text, bigint) FROM PUBLIC;
