CREATE OR REPLACE FUNCTION erp.journal_header_check()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_period record;
BEGIN
    -- What identifies the posting is not the client's to choose.
    NEW.created_xid := pg_current_xact_id();
    NEW.created_at := transaction_timestamp();
    NEW.posted_by := session_user;
    SELECT * INTO v_period
    FROM erp.fiscal_periods
    WHERE company_id = NEW.company_id
    AND NEW.posted_on BETWEEN starts_on AND ends_on
    FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no fiscal period contains %', NEW.posted_on
            USING ERRCODE = 'RP204',
            DETAIL = jsonb_build_object('posted_on', NEW.posted_on, 'company_id', NEW.company_id)::text,
            HINT = 'create the year with erp.ensure_fiscal_year(company, year), or correct the date';
    ELSIF v_period.status <> 'open' THEN
        RAISE EXCEPTION 'fiscal period %/% is %', v_period.fiscal_year, v_period.period_number, v_period.status
            USING ERRCODE = 'RP205',
            DETAIL = jsonb_build_object('posted_on', NEW.posted_on, 'status', v_period.status)::text,
            HINT = 'post on the first open day; the document keeps its own delivery date';
    END IF;
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION erp.journal_header_check() IS
'Row trigger before a journal header: stamps who and when, and requires an open period for the posting date (RP204 none, RP205 closed). The period row is share-locked so that it cannot close meanwhile.';
ALTER FUNCTION erp.journal_header_check() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.journal_header_check() FROM PUBLIC;
