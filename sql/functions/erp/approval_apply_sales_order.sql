CREATE OR REPLACE FUNCTION erp.approval_apply_sales_order(p_approval_id bigint)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_approval record;
BEGIN
    SELECT * INTO v_approval FROM agent.approvals WHERE approval_id = p_approval_id;
    IF v_approval.details ->> 'content_hash' IS DISTINCT FROM erp.order_content_hash(v_approval.subject_id) THEN
        RAISE EXCEPTION 'order % changed since approval was asked for', v_approval.subject_id
            USING ERRCODE = 'RP508', DETAIL = jsonb_build_object('approval_id', p_approval_id, 'sales_order_id', v_approval.subject_id)::text,
            HINT = 'look at the order again; its new approval is in erp.inbox';
    END IF;
    UPDATE erp.sales_orders SET order_status = 'confirmed' WHERE sales_order_id = v_approval.subject_id;
END
$function$;
COMMENT ON FUNCTION erp.approval_apply_sales_order(bigint) IS
'Releases the order of an approval just given; rules are judged again, now with the approver''s authority. RP508 when the order changed meanwhile.';
ALTER FUNCTION erp.approval_apply_sales_order(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.approval_apply_sales_order(bigint) FROM PUBLIC;
