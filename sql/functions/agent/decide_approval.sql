CREATE OR REPLACE FUNCTION agent.decide_approval(p_item bigint, p_verdict text, p_reason text)
RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    person CONSTANT jsonb := agent.require_person('decide an approval');
    own_limit CONSTANT numeric := (person ->> 'financial_authority_limit')::numeric;
    asked record;
    maker name;
    editor name;
BEGIN
    IF btrim(coalesce(p_reason, '')) = '' THEN
        RAISE EXCEPTION 'a reason is needed'
            USING ERRCODE = 'RP511', DETAIL = 'reason is empty', HINT = 'say why, in a few words';
    END IF;
    -- Lock order: customer, order, approval, as an edit of the order takes them; what an approval is about never changes.
    SELECT * INTO asked FROM agent.approvals WHERE approval_id = p_item;
    IF asked.kind = 'sales_order' THEN
        PERFORM
        FROM erp.customers
        WHERE customer_id = (SELECT customer_id FROM erp.sales_orders WHERE sales_order_id = asked.subject_id)
        FOR NO KEY UPDATE;
        SELECT created_by, edited_by
        INTO maker, editor
        FROM erp.sales_orders
        WHERE sales_order_id = asked.subject_id
        FOR NO KEY UPDATE;
    ELSE
        SELECT d.maker, d.editor INTO maker, editor FROM erp.lock_draft(asked.kind, asked.subject_id) AS d;
    END IF;
    SELECT * INTO asked FROM agent.approvals WHERE approval_id = p_item FOR UPDATE;
    IF asked.status IS DISTINCT FROM 'pending' THEN
        RAISE EXCEPTION 'item % does not wait for a decision', p_item
            USING ERRCODE = 'RP508',
                DETAIL = format('it is %s', coalesce(asked.status, 'unknown')),
                HINT = 'erp.inbox lists what waits';
    END IF;
    IF asked.requested_by = session_user THEN
        RAISE EXCEPTION 'whoever asked cannot decide'
            USING ERRCODE = 'RP505',
                DETAIL = format('item %s was requested by %s', p_item, asked.requested_by),
                HINT = 'another person must decide';
    END IF;
    -- Whoever wrote the document may withdraw it, not approve it, whoever asked.
    IF p_verdict = 'approved' AND session_user IN (maker, editor) THEN
        RAISE EXCEPTION 'whoever wrote the % cannot approve it', replace(asked.subject_type, 'sales_', '')
            USING ERRCODE = 'RP505',
                DETAIL = jsonb_build_object(
                    'item', p_item, asked.subject_type || '_id', asked.subject_id,
                    'created_by', maker, 'edited_by', editor),
                HINT = 'another person must decide';
    END IF;
    IF asked.amount > own_limit THEN
        RAISE EXCEPTION '% % is above your approval limit of %', asked.amount, asked.currency_code, own_limit
            USING ERRCODE = 'RP506',
                DETAIL = jsonb_build_object('item', p_item, 'amount', asked.amount, 'limit', own_limit, 'gap', asked.amount - own_limit),
                HINT = 'a person with a higher limit must decide';
    END IF;
    IF asked.kind = 'rule_change'
        AND NOT EXISTS (SELECT FROM erp.people WHERE database_role = session_user AND may_approve_rules)
    THEN
        RAISE EXCEPTION 'you may not decide about rules'
            USING ERRCODE = 'RP513',
                DETAIL = format('item %s changes a rule', p_item),
                HINT = 'a person with may_approve_rules must decide';
    END IF;

    UPDATE agent.approvals
    SET status = p_verdict,
        decided_by = session_user,
        decision_reason = p_reason,
        decided_xid = pg_current_xact_id(),
        decided_at = clock_timestamp()
    WHERE approval_id = p_item;
    INSERT INTO agent.authorization_logs (
        action_type, target_table, record_id, was_authorized, financial_amount, reason, detail
    )
    VALUES (
        CASE p_verdict WHEN 'approved' THEN 'approve' ELSE 'reject' END,
        asked.subject_type, asked.subject_id, true, asked.amount, p_reason,
        jsonb_build_object('item', p_item, 'kind', asked.kind, 'summary', asked.summary)
    );

    -- What a decision does belongs to its kind.
    CASE asked.kind || ' ' || p_verdict
        WHEN 'sales_order approved' THEN
            PERFORM erp.approval_apply_sales_order(p_item);
        WHEN 'sales_order rejected' THEN
            PERFORM erp.approval_reject_sales_order(p_item);
        WHEN 'journal approved', 'journal rejected' THEN
            PERFORM erp.approval_apply_journal(p_item);
        WHEN 'supplier_bill approved', 'supplier_bill rejected' THEN
            PERFORM erp.approval_apply_supplier_bill(p_item);
        WHEN 'supplier_payment approved' THEN
            PERFORM erp.approval_apply_supplier_payment(p_item);
        WHEN 'supplier_payment rejected' THEN
            -- Nothing was held for it.
            NULL;
        WHEN 'rule_change approved', 'rule_change rejected' THEN
            PERFORM erp.approval_apply_rule_change(p_item);
        ELSE
            RAISE EXCEPTION 'no decision is known for kind %', asked.kind
                USING ERRCODE = 'RP508',
                    DETAIL = format('item %s', p_item),
                    HINT = 'agent.decide_approval lists the kinds';
    END CASE;
    RETURN jsonb_build_object(
        'item', p_item, 'status', p_verdict, 'kind', asked.kind,
        'subject_type', asked.subject_type, 'subject_id', asked.subject_id, 'decided_by', session_user);
END
$function$;
COMMENT ON FUNCTION agent.decide_approval(bigint, text, text) IS
'The common part of erp.approve and erp.reject: who may (RP505, RP506, RP508, RP511 to RP513), the decision, its log, its effect. Locks customer and order of a sales order, or the draft, then the approval''s row.';
ALTER FUNCTION agent.decide_approval(bigint, text, text) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.decide_approval(bigint, text, text) FROM PUBLIC;
