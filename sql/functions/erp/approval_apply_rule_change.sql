CREATE OR REPLACE FUNCTION erp.approval_apply_rule_change(approval_id bigint)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $function$
DECLARE
    approval agent.approvals;
    current_version int;
BEGIN
    SELECT a.* INTO approval
    FROM agent.approvals AS a
    WHERE a.approval_id = approval_apply_rule_change.approval_id
    AND a.kind = 'rule_change'
    AND a.status IN ('approved', 'rejected')
    AND a.decided_by = session_user
    AND a.decided_xid = pg_current_xact_id();
    IF approval.status = 'rejected' THEN
        RETURN;
    ELSIF NOT FOUND THEN
        RAISE EXCEPTION 'item % is no rule change decided here and now', approval_id
            USING ERRCODE = 'RP108',
            DETAIL = jsonb_build_object('approval_id', approval_id)::text,
            HINT = 'decide it with erp.approve(item, reason)';
    END IF;
    IF approval.requested_by = session_user OR NOT EXISTS (
        SELECT
        FROM erp.people AS p
        WHERE p.database_role = session_user
        AND p.is_active
        AND p.may_approve_rules
    ) THEN
        RAISE EXCEPTION '% may not approve this rule change', session_user
            USING ERRCODE = '42501',
            DETAIL = jsonb_build_object('requested_by', approval.requested_by, 'decided_by', session_user)::text,
            HINT = 'a second, active person with may_approve_rules decides';
    END IF;

    IF approval.subject_id IS NOT NULL THEN
        SELECT c.version INTO current_version
        FROM agent.constraints AS c
        WHERE c.constraint_id = approval.subject_id
        FOR UPDATE;
        IF current_version IS DISTINCT FROM (approval.details ->> 'version')::int THEN
            RAISE EXCEPTION 'the rule has changed since this was proposed'
                USING ERRCODE = 'RP108',
                DETAIL = jsonb_build_object('proposed_for', approval.details -> 'version', 'is_now', current_version)::text,
                HINT = 'reject this item and propose the change again';
        END IF;
    END IF;
    PERFORM erp.rule_write(approval.subject_id, approval.details -> 'change');
END
$function$;
COMMENT ON FUNCTION erp.approval_apply_rule_change(bigint) IS
'Carries out a rule change inside the transaction of its approval; called for every decision, a rejection changes nothing. Locks the rule.';
ALTER FUNCTION erp.approval_apply_rule_change(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.approval_apply_rule_change(bigint) FROM PUBLIC;
