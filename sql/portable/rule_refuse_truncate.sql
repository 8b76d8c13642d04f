CREATE OR REPLACE FUNCTION erp.rule_refuse_truncate(relation oid)
RETURNS void
LANGUAGE plpgsql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    actor CONSTANT jsonb := erp.actor();
    rule record;
BEGIN
    SELECT c.*, coalesce(c.rule_name, 'rule_' || c.constraint_id) AS shown_name, t.relname, t.relnamespace::regnamespace::text AS nspname INTO rule
    FROM agent.constraints AS c
    JOIN pg_class AS t ON t.oid = relation
    WHERE c.target_relation = ANY (SELECT relation UNION SELECT a.relid FROM pg_partition_ancestors(relation) AS a)
    AND c.is_active
    AND c.mode = 'enforce'
    AND c.triggering_operation IN ('*', 'DELETE')
    AND c.target_agent_role IN ('*', actor ->> 'role_name')
    AND c.valid_from <= erp.now()
    AND c.valid_to > erp.now()
    ORDER BY c.constraint_id
    LIMIT 1;
    IF NOT FOUND OR actor ->> 'kind' = 'break_glass' THEN
        RETURN;
    END IF;
    RAISE EXCEPTION '%', rule.violation_message USING
        ERRCODE = rule.violation_code,
        DETAIL = jsonb_build_object(
            'rule', rule.shown_name,
            'constraint_id', rule.constraint_id,
            'version', rule.version,
            'table', rule.nspname || '.' || rule.relname,
            'operation', 'TRUNCATE'
        )::text,
        HINT = 'TRUNCATE would skip the rules of DELETE; delete the rows, each is then judged',
        CONSTRAINT = rule.shown_name,
        SCHEMA = rule.nspname,
        TABLE = rule.relname;
END
$$;

COMMENT ON FUNCTION erp.rule_refuse_truncate(oid) IS 'Refuses TRUNCATE of a table with a rule about DELETE.';

ALTER FUNCTION erp.rule_refuse_truncate(oid) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_refuse_truncate(oid) FROM PUBLIC;
