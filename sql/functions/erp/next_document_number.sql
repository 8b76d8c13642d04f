CREATE OR REPLACE FUNCTION erp.next_document_number(p_company_id bigint, p_document_type text, p_wanted_date date)
RETURNS TABLE (document_number text, document_date date)
LANGUAGE plpgsql
VOLATILE
ROWS 1
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_year integer;
BEGIN
    SELECT p.fiscal_year INTO v_year
    FROM erp.fiscal_periods AS p
    WHERE p.company_id = p_company_id
    AND p_wanted_date BETWEEN p.starts_on AND p.ends_on;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no fiscal period contains %', p_wanted_date
            USING ERRCODE = 'RP204', DETAIL = jsonb_build_object('date', p_wanted_date)::text,
            HINT = 'create the year with erp.ensure_fiscal_year(company, year)';
    END IF;
    -- The row lock lasts until commit, so a rolled-back number is given out again: no gap.
    RETURN QUERY
    INSERT INTO erp.document_series AS s (company_id, document_type, fiscal_year, prefix, last_number, last_date)
    VALUES (
        p_company_id, p_document_type, v_year,
        format('%s-%s-', CASE p_document_type WHEN 'invoice' THEN 'INV' WHEN 'credit_note' THEN 'CN' ELSE upper(p_document_type) END, v_year),
        1, p_wanted_date)
    ON CONFLICT ON CONSTRAINT document_series_pkey DO UPDATE
    SET last_number = s.last_number + 1, last_date = greatest(s.last_date, p_wanted_date)
    RETURNING s.prefix || lpad(s.last_number::text, 6, '0'), s.last_date;
END
$function$;
COMMENT ON FUNCTION erp.next_document_number(bigint, text, date) IS
'Takes the next number of a gapless series per company, type and fiscal year. Returns the number and the document date: the wanted one, or the last document''s date when that is later, since dates do not fall within a series. Locks the series row until commit.';
ALTER FUNCTION erp.next_document_number(bigint, text, date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.next_document_number(bigint, text, date) FROM PUBLIC;
