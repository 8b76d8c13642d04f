CREATE OR REPLACE FUNCTION erp.enter_supplier_bill(
    supplier_id bigint,
    bill_number text,
    lines jsonb,
    document_date date DEFAULT NULL,
    due_date date DEFAULT NULL,
    currency text DEFAULT NULL,
    delivery_date date DEFAULT NULL,
    gross numeric DEFAULT NULL,
    company_id bigint DEFAULT 1
)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_supplier record;
    v_date CONSTANT date := COALESCE(document_date, erp.today(company_id));
    v_bill record;
BEGIN
    SELECT s.currency_code, s.payment_terms_days INTO v_supplier
    FROM erp.suppliers AS s
    WHERE s.supplier_id = enter_supplier_bill.supplier_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'supplier_id: no supplier %', enter_supplier_bill.supplier_id
            USING ERRCODE = 'RP248', DETAIL = jsonb_build_object('supplier_id', enter_supplier_bill.supplier_id)::text,
            HINT = 'SELECT supplier_id, company_name FROM erp_suppliers';
    END IF;
    INSERT INTO erp.supplier_bills (
        company_id, supplier_id, bill_number, document_date, delivery_date, due_date, currency_code, lines)
    VALUES (
        company_id, supplier_id, bill_number, v_date, COALESCE(delivery_date, v_date),
        COALESCE(due_date, v_date + v_supplier.payment_terms_days), COALESCE(currency, v_supplier.currency_code), lines)
    RETURNING bill_id, gross_total INTO v_bill;
    IF v_bill.gross_total <> gross THEN
        RAISE EXCEPTION 'the lines sum to %, the bill says %', v_bill.gross_total, gross
            USING ERRCODE = 'RP225',
            DETAIL = jsonb_build_object('lines', v_bill.gross_total, 'gross', gross, 'gap', v_bill.gross_total - gross)::text,
            HINT = 'correct the lines or their tax codes';
    END IF;
    RETURN (
        SELECT a.approval_id
        FROM agent.approvals AS a
        WHERE a.kind = 'supplier_bill'
        AND a.subject_id = v_bill.bill_id
        AND a.status = 'pending');
END
$function$;
COMMENT ON FUNCTION erp.enter_supplier_bill(bigint, text, jsonb, date, date, text, date, numeric, bigint) IS
'Enters a supplier''s bill for another person to approve: lines [{"description","account_code","net" or "gross","tax_code","department","project"}]; gross, when given, is what the bill says and must be the lines'' sum (RP225). Checked now as if it were posted. Returns the item for erp.approve(item, reason). RP247 for a number the supplier has used, RP248 unknown supplier, RP010, RP211, RP220, RP217.';
ALTER FUNCTION erp.enter_supplier_bill(bigint, text, jsonb, date, date, text, date, numeric, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.enter_supplier_bill(bigint, text, jsonb, date, date, text, date, numeric, bigint) FROM PUBLIC;
