-- A bill is posted for a trial in a subtransaction that is always rolled back: so it meets when it is entered every check
-- that it will meet when it is approved.
CREATE OR REPLACE FUNCTION erp.supplier_bill_asked()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        UPDATE agent.approvals
        SET status = 'void', decision_reason = CASE NEW.status WHEN 'entered' THEN 'the bill changed' ELSE 'the bill was ' || NEW.status END
        WHERE kind = 'supplier_bill'
        AND subject_type = 'supplier_bill'
        AND subject_id = NEW.bill_id
        AND status = 'pending';
    END IF;
    IF NEW.status = 'entered' THEN
        BEGIN
            SET CONSTRAINTS ALL DEFERRED;
            PERFORM erp.post_supplier_bill(NEW.bill_id);
            SET CONSTRAINTS ALL IMMEDIATE;
            RAISE SQLSTATE 'RP9TR';
        EXCEPTION
            WHEN SQLSTATE 'RP9TR' THEN
                NULL;
        END;
        INSERT INTO agent.approvals (kind, subject_type, subject_id, amount, currency_code, summary, details, requested_by)
        SELECT
            'supplier_bill', 'supplier_bill', NEW.bill_id, NEW.base_gross_total, m.base_currency,
            format('Bill %s of %s over %s %s', NEW.bill_number, s.company_name, to_char(NEW.gross_total, 'FM999999999999990.00'), NEW.currency_code),
            jsonb_build_object('content_hash', NEW.content_hash, 'document_date', NEW.document_date, 'due_date', NEW.due_date, 'lines', NEW.lines),
            NEW.edited_by
        FROM erp.companies AS m
        JOIN erp.suppliers AS s ON s.supplier_id = NEW.supplier_id
        WHERE m.company_id = NEW.company_id;
    END IF;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.supplier_bill_asked() IS
'Row trigger after a supplier''s bill is written: tries it out, and puts it into the inbox in the name of who wrote it last; what was asked about its earlier content is void.';
ALTER FUNCTION erp.supplier_bill_asked() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.supplier_bill_asked() FROM PUBLIC;
