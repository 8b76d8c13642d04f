-- Proof that a change of a protected rule was approved: an approval of exactly this change to exactly this version,
-- decided by the session user, a person who may, in this very transaction. decided_at keeps the xid of a restored dump from matching.
CREATE OR REPLACE FUNCTION erp.rule_change_approval(
    old_rule jsonb,
    new_rule jsonb
)
RETURNS bigint
LANGUAGE sql
VOLATILE
STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT a.approval_id
    FROM agent.approvals AS a
    WHERE a.kind = 'rule_change'
    AND a.subject_type = 'rule'
    AND a.subject_id = (old_rule ->> 'constraint_id')::bigint
    AND a.status = 'approved'
    AND a.decided_by = session_user
    AND EXISTS (
        SELECT
        FROM erp.people AS p
        WHERE p.database_role = session_user
        AND p.is_active
        AND p.may_approve_rules
    )
    AND a.decided_xid = pg_current_xact_id()
    AND a.decided_at >= transaction_timestamp()
    AND a.details -> 'version' = old_rule -> 'version'
    AND erp.rule_content(old_rule) || (a.details -> 'change') = erp.rule_content(new_rule)
    ORDER BY a.approval_id
    LIMIT 1
$function$;
COMMENT ON FUNCTION erp.rule_change_approval(jsonb, jsonb) IS
'The approval that lets a protected rule change from one image to the other in this transaction, or NULL.';
ALTER FUNCTION erp.rule_change_approval(jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_change_approval(jsonb, jsonb) FROM PUBLIC;
