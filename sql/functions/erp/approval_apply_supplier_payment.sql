CREATE OR REPLACE FUNCTION erp.approval_apply_supplier_payment(p_approval_id bigint)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_approval record;
    v_payment_id bigint;
    v_base numeric;
BEGIN
    SELECT * INTO v_approval FROM agent.approvals WHERE approval_id = p_approval_id;
    v_payment_id := erp.record_supplier_payment(
        v_approval.subject_id, (v_approval.details ->> 'amount')::numeric, NULL, v_approval.details ->> 'reference',
        v_approval.details ->> 'bill_number', v_approval.details ->> 'currency', (v_approval.details ->> 'company_id')::bigint);
    SELECT p.base_amount INTO v_base FROM erp.payments AS p WHERE p.payment_id = v_payment_id;
    IF v_base > v_approval.amount THEN
        RAISE EXCEPTION 'the payment has become dearer since approval was asked for: % for %', v_base, v_approval.amount
            USING ERRCODE = 'RP508',
            DETAIL = jsonb_build_object('approval_id', p_approval_id, 'gap', v_base - v_approval.amount)::text,
            HINT = 'reject it and propose it anew at today''s rate';
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.approval_apply_supplier_payment(bigint) IS
'Records the payment of an approval just given. RP508 when an exchange rate made it dearer than what was approved.';
ALTER FUNCTION erp.approval_apply_supplier_payment(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.approval_apply_supplier_payment(bigint) FROM PUBLIC;
