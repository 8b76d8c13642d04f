CREATE OR REPLACE FUNCTION agent.tool_post_customer_invoice(args jsonb, context jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_invoice_id bigint := erp.post_customer_invoice(erp.payload_order_id(args), erp.payload_date(args, 'document_date'));
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'invoice_id', i.invoice_id, 'invoice_number', i.invoice_number, 'sales_order_id', i.sales_order_id,
            'gross_total', i.gross_total, 'financial_amount', i.base_gross_total, 'currency', i.currency_code,
            'due_date', i.due_date, 'transaction_id', i.transaction_id)
        FROM erp.invoices AS i
        WHERE i.invoice_id = v_invoice_id);
END
$function$;
COMMENT ON FUNCTION agent.tool_post_customer_invoice(jsonb, jsonb) IS
'Tool: invoices the issued goods of an order. RP230 nothing issued, RP231 already invoiced.';
ALTER FUNCTION agent.tool_post_customer_invoice(jsonb, jsonb) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.tool_post_customer_invoice(jsonb, jsonb) FROM PUBLIC;
