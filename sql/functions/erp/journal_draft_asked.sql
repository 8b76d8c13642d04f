CREATE OR REPLACE FUNCTION erp.journal_draft_asked()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        UPDATE agent.approvals
        SET status = 'void', decision_reason = CASE NEW.status WHEN 'proposed' THEN 'the journal changed' ELSE 'the journal was ' || NEW.status END
        WHERE kind = 'journal'
        AND subject_type = 'journal_draft'
        AND subject_id = NEW.draft_id
        AND status = 'pending';
    END IF;
    IF NEW.status = 'proposed' THEN
        INSERT INTO agent.approvals (kind, subject_type, subject_id, amount, currency_code, summary, details, requested_by)
        SELECT
            'journal', 'journal_draft', NEW.draft_id, NEW.base_total, m.base_currency,
            format('Journal (%s) over %s: %s; %s', NEW.source_type, to_char(NEW.base_total, 'FM999999999999990.00'), NEW.description, NEW.reason),
            jsonb_build_object(
                'content_hash', NEW.content_hash, 'posted_on', NEW.posted_on, 'currency', NEW.currency_code, 'entries', NEW.entries),
            NEW.edited_by
        FROM erp.companies AS m
        WHERE m.company_id = NEW.company_id;
    END IF;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.journal_draft_asked() IS
'Row trigger after a journal draft is written: puts it into the inbox in the name of who wrote it last; what was asked about its earlier content is void.';
ALTER FUNCTION erp.journal_draft_asked() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.journal_draft_asked() FROM PUBLIC;
