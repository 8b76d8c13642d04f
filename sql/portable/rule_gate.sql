-- The gate: judges the stored rules of a table after each written row. AFTER, because a BEFORE gate can be bypassed by
-- any later BEFORE trigger and does not see generated columns. The rules are read for every row under a fresh
-- snapshot. Rules of a partitioned table hold in its partitions. A path may lead to a table with policies of its owner,
-- which must not run as erp_owner: row security is off, which refuses the look-up.
CREATE OR REPLACE FUNCTION erp.rule_gate()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET row_security = off
AS $$
DECLARE
    actor jsonb := erp.actor();
    rule record;
    context jsonb;
BEGIN
    IF actor ->> 'kind' = 'break_glass' THEN
        RETURN NULL;
    END IF;

    FOR rule IN
        SELECT c.*
        FROM agent.constraints AS c
        WHERE c.target_relation = ANY (
            SELECT TG_RELID
            UNION
            SELECT relid
            FROM pg_partition_ancestors(TG_RELID)
        )
        AND c.is_active
        AND c.mode <> 'off'
        AND c.triggering_operation IN ('*', CASE TG_OP WHEN 'TRUNCATE' THEN 'DELETE' ELSE TG_OP END)
        AND c.target_agent_role IN ('*', actor ->> 'role_name')
        AND c.valid_from <= erp.now()
        AND c.valid_to > erp.now()
        ORDER BY c.constraint_id
    LOOP
        IF TG_OP = 'TRUNCATE' THEN
            PERFORM erp.rule_refuse_truncate(to_jsonb(rule), TG_TABLE_SCHEMA, TG_TABLE_NAME);
            CONTINUE;
        END IF;
        context := coalesce(context, jsonb_build_object(
            'old', CASE WHEN TG_OP <> 'INSERT' THEN erp.rule_record(TG_RELID, OLD) END,
            'agent', actor,
            'tx', jsonb_build_object('now', erp.now(), 'today', erp.today(), 'operation', TG_OP, 'user', session_user)
        ));
        PERFORM erp.rule_judge(
            to_jsonb(rule),
            CASE TG_OP WHEN 'DELETE' THEN erp.rule_record(TG_RELID, OLD) ELSE erp.rule_record(TG_RELID, NEW) END,
            context, TG_RELID, TG_TABLE_SCHEMA, TG_TABLE_NAME
        );
    END LOOP;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION erp.rule_gate() IS
'Trigger _500_rule_gate: refuses a written row, and TRUNCATE, that breaks a stored rule; for everyone but an open break-glass grant.';

ALTER FUNCTION erp.rule_gate() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_gate() FROM PUBLIC;
