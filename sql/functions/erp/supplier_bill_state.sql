CREATE OR REPLACE FUNCTION erp.supplier_bill_state()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_base record;
    v_other text;
BEGIN
    NEW.content_hash := encode(sha256(convert_to(jsonb_build_array(
        NEW.company_id, NEW.supplier_id, NEW.bill_number, NEW.document_date, NEW.delivery_date, NEW.due_date, NEW.currency_code,
        NEW.lines)::text, 'UTF8')), 'hex');
    IF TG_OP = 'INSERT' THEN
        NEW.status := 'entered';
        NEW.entered_by := session_user;
        NEW.edited_by := session_user;
    ELSIF OLD.status <> 'entered' THEN
        RAISE EXCEPTION 'bill % is % and cannot change', OLD.bill_number, OLD.status
            USING ERRCODE = 'RP203', DETAIL = jsonb_build_object('bill_id', OLD.bill_id, 'status', OLD.status)::text,
            HINT = 'enter another bill', TABLE = 'supplier_bills', SCHEMA = 'erp';
    ELSIF NEW.content_hash = OLD.content_hash THEN
        NEW.updated_at := erp.now();
        RETURN NEW;
    ELSE
        NEW.edited_by := session_user;
    END IF;
    NEW.updated_at := erp.now();

    PERFORM erp.check_document_date(NEW.company_id, NEW.document_date);
    -- Two people who enter the same bill at once meet on the supplier.
    PERFORM FROM erp.suppliers AS s WHERE s.supplier_id = NEW.supplier_id FOR NO KEY UPDATE;
    SELECT COALESCE(
        (
            SELECT format('invoice %s', i.invoice_id)
            FROM erp.invoices AS i
            WHERE i.direction = 'supplier'
            AND i.supplier_id = NEW.supplier_id
            AND lower(regexp_replace(i.invoice_number, '\s', '', 'g')) = lower(regexp_replace(NEW.bill_number, '\s', '', 'g'))
        ),
        (
            SELECT format('bill %s', b.bill_id)
            FROM erp.supplier_bills AS b
            WHERE b.supplier_id = NEW.supplier_id
            AND b.status = 'entered'
            AND b.bill_id <> NEW.bill_id
            AND lower(regexp_replace(b.bill_number, '\s', '', 'g')) = lower(regexp_replace(NEW.bill_number, '\s', '', 'g'))
        )) INTO v_other;
    IF v_other IS NOT NULL THEN
        RAISE EXCEPTION 'the supplier''s bill % is entered already', NEW.bill_number
            USING ERRCODE = 'RP247', DETAIL = jsonb_build_object('bill_number', NEW.bill_number, 'found', v_other)::text,
            HINT = 'a supplier uses a number once; case and spaces do not count', TABLE = 'supplier_bills', SCHEMA = 'erp';
    END IF;

    SELECT m.base_currency, k.minor_unit INTO v_base
    FROM erp.companies AS m
    JOIN erp.currencies AS k ON k.currency_code = m.base_currency
    WHERE m.company_id = NEW.company_id;
    NEW.exchange_rate := erp.exchange_rate(NEW.currency_code, v_base.base_currency, NEW.document_date);
    SELECT sum(l.net_amount), COALESCE(sum(l.tax_amount) FILTER (WHERE NOT l.is_reverse_charge), 0)
    INTO NEW.net_total, NEW.tax_total
    FROM erp.priced_bill_lines(NEW.lines, NEW.currency_code, NEW.delivery_date) AS l;
    NEW.base_gross_total := round((NEW.net_total + NEW.tax_total) * NEW.exchange_rate, v_base.minor_unit);
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION erp.supplier_bill_state() IS
'Row trigger before a supplier''s bill is written: its totals, who wrote it, and that its number is new (RP247). Only an entered bill changes (RP203). Locks the supplier.';
ALTER FUNCTION erp.supplier_bill_state() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.supplier_bill_state() FROM PUBLIC;
