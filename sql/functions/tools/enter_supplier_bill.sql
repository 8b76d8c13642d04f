CREATE OR REPLACE FUNCTION agent.tool_enter_supplier_bill(args jsonb, context jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_supplier_id bigint := (args ->> 'supplier_id')::bigint;
    v_item bigint;
BEGIN
    IF v_supplier_id IS NULL THEN
        SELECT s.supplier_id INTO v_supplier_id FROM erp.suppliers AS s WHERE s.supplier_code = args ->> 'supplier_code';
        IF NOT FOUND THEN
            RAISE EXCEPTION 'supplier_code: no supplier %', args ->> 'supplier_code'
                USING ERRCODE = 'RP248', DETAIL = jsonb_build_object('path', 'supplier_code')::text,
                HINT = 'a bill never makes a supplier: a person adds who is unknown';
        END IF;
    END IF;
    v_item := erp.enter_supplier_bill(
        supplier_id => v_supplier_id, bill_number => args ->> 'bill_number', lines => args -> 'lines',
        document_date => erp.payload_date(args, 'document_date'), due_date => erp.payload_date(args, 'due_date'),
        currency => erp.payload_currency(args), delivery_date => erp.payload_date(args, 'delivery_date'),
        gross => (args ->> 'gross')::numeric);
    RETURN (
        SELECT jsonb_build_object(
            'outcome', 'waits_for_approval', 'item', a.approval_id, 'bill_id', b.bill_id, 'bill_number', b.bill_number,
            'gross_total', b.gross_total, 'currency', b.currency_code, 'due_date', b.due_date, 'financial_amount', b.base_gross_total)
        FROM agent.approvals AS a
        JOIN erp.supplier_bills AS b ON b.bill_id = a.subject_id
        WHERE a.approval_id = v_item);
END
$function$;
COMMENT ON FUNCTION agent.tool_enter_supplier_bill(jsonb, jsonb) IS
'Tool: enters a supplier''s bill, which waits for a person. RP247 for a number entered before, RP248 unknown supplier, RP225 when its lines are another sum than it says.';
ALTER FUNCTION agent.tool_enter_supplier_bill(jsonb, jsonb) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.tool_enter_supplier_bill(jsonb, jsonb) FROM PUBLIC;
