CREATE OR REPLACE FUNCTION erp.approval_reject_sales_order(p_approval_id bigint)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    UPDATE erp.sales_orders AS o
    SET order_status = 'draft',
        hold_reason_code = 'RP507',
        hold_reason = 'approval refused: ' || COALESCE(a.decision_reason, ''),
        hold_detail = jsonb_build_object('approval_id', a.approval_id, 'decided_by', a.decided_by),
        held_at = erp.now()
    FROM agent.approvals AS a
    WHERE a.approval_id = p_approval_id
    AND o.sales_order_id = a.subject_id
    AND o.order_status = 'pending_review';
END
$function$;
COMMENT ON FUNCTION erp.approval_reject_sales_order(bigint) IS
'Puts the order of a refused approval back to draft, held, and frees its reservation.';
ALTER FUNCTION erp.approval_reject_sales_order(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.approval_reject_sales_order(bigint) FROM PUBLIC;
