CREATE OR REPLACE FUNCTION erp.rule_refuse_emptying(relation regclass)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    rule record;
BEGIN
    SELECT c.*, coalesce(c.rule_name, 'rule_' || c.constraint_id) AS shown_name INTO rule
    FROM agent.constraint_reads AS r
    JOIN agent.constraints AS c ON c.constraint_id = r.constraint_id
    WHERE r.relation IN (SELECT rule_refuse_emptying.relation UNION SELECT a.relid FROM pg_partition_ancestors(rule_refuse_emptying.relation) AS a)
    AND c.is_active
    AND c.mode = 'enforce'
    AND c.kind = 'invariant'
    AND c.valid_from <= erp.now()
    AND c.valid_to > erp.now()
    ORDER BY c.constraint_id
    LIMIT 1;
    IF NOT FOUND OR erp.actor() ->> 'kind' = 'break_glass' THEN
        RETURN;
    END IF;
    RAISE EXCEPTION '%', rule.violation_message
        USING ERRCODE = rule.violation_code,
        DETAIL = jsonb_build_object(
            'rule', rule.shown_name, 'constraint_id', rule.constraint_id, 'version', rule.version,
            'table', rule.target_relation::text, 'operation', 'TRUNCATE', 'through', relation::text
        )::text,
        HINT = 'TRUNCATE would skip an invariant that reads these rows; delete them, each is then judged',
        CONSTRAINT = rule.shown_name,
        TABLE = relation::text;
END
$function$;
COMMENT ON FUNCTION erp.rule_refuse_emptying(regclass) IS
'Refuses TRUNCATE of a table that an enforced invariant reads.';
ALTER FUNCTION erp.rule_refuse_emptying(regclass) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_refuse_emptying(regclass) FROM PUBLIC;
