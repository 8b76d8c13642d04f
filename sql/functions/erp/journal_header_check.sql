CREATE OR REPLACE FUNCTION erp.journal_header_check()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    -- What identifies the posting is not the client's to choose.
    NEW.created_xid := pg_current_xact_id();
    NEW.created_at := transaction_timestamp();
    NEW.posted_by := session_user;
    -- The year-end stands on the last day of a closed year; only erp.close_fiscal_year and erp.reopen_fiscal_year post it.
    IF NEW.source_document_type <> 'year_end' THEN
        PERFORM erp.require_open_period(
            NEW.company_id, NEW.posted_on,
            COALESCE((SELECT k.area FROM erp.journal_types AS k WHERE k.source_type = NEW.source_document_type), 'ledger'));
    END IF;
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION erp.journal_header_check() IS
'Row trigger before a journal header: stamps who and when, and requires a period open to the journal''s area for the posting date (RP204 none, RP205 closed).';
ALTER FUNCTION erp.journal_header_check() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.journal_header_check() FROM PUBLIC;
