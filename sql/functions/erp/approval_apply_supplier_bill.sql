CREATE OR REPLACE FUNCTION erp.approval_apply_supplier_bill(p_approval_id bigint)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_approval record;
    v_bill record;
    v_invoice_id bigint;
BEGIN
    SELECT * INTO v_approval FROM agent.approvals WHERE approval_id = p_approval_id;
    SELECT * INTO v_bill FROM erp.supplier_bills WHERE bill_id = v_approval.subject_id;
    IF v_approval.status = 'rejected' THEN
        UPDATE erp.supplier_bills SET status = 'rejected' WHERE bill_id = v_bill.bill_id;
        RETURN;
    END IF;
    v_invoice_id := erp.post_supplier_bill(v_bill.bill_id);
    IF v_approval.details ->> 'content_hash' IS DISTINCT FROM v_bill.content_hash
        -- A tax rate may have been corrected since.
        OR (SELECT n.net_total + n.tax_total FROM erp.invoices AS n WHERE n.invoice_id = v_invoice_id)
            IS DISTINCT FROM (
                SELECT sum(x.net_amount + x.tax_amount) FROM erp.invoice_items AS x WHERE x.invoice_id = v_invoice_id)
    THEN
        RAISE EXCEPTION 'bill % changed since approval was asked for', v_bill.bill_number
            USING ERRCODE = 'RP508', DETAIL = jsonb_build_object('approval_id', p_approval_id, 'bill_id', v_bill.bill_id)::text,
            HINT = 'look at the bill and its tax rates again; enter it anew';
    END IF;
    UPDATE erp.supplier_bills SET status = 'posted', invoice_id = v_invoice_id WHERE bill_id = v_bill.bill_id;
END
$function$;
COMMENT ON FUNCTION erp.approval_apply_supplier_bill(bigint) IS
'What a decision about a supplier''s bill does: posts it exactly as it stands, or marks it rejected. RP508 when a tax rate changed what it amounts to.';
ALTER FUNCTION erp.approval_apply_supplier_bill(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.approval_apply_supplier_bill(bigint) FROM PUBLIC;
