CREATE OR REPLACE FUNCTION erp.check_document_date(p_company_id bigint, p_on date)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_today date := erp.today(p_company_id);
BEGIN
    IF p_on > v_today THEN
        RAISE EXCEPTION '% lies in the future', p_on
            USING ERRCODE = 'RP217', DETAIL = jsonb_build_object('date', p_on, 'today', v_today)::text,
            HINT = 'date documents, receipts and goods issues on the day they happen; required_delivery_date says when the customer wants it';
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.check_document_date(bigint, date) IS
'Refuses a document date after the company''s business date (RP217): one document of tomorrow would drag the dates of its whole number series along.';
ALTER FUNCTION erp.check_document_date(bigint, date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.check_document_date(bigint, date) FROM PUBLIC;
