CREATE OR REPLACE FUNCTION erp.rule_keep_reads(rules bigint[])
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    before oid[];
    after oid[];
BEGIN
    WITH gone AS (
        DELETE FROM agent.constraint_dependencies AS d
        WHERE d.constraint_id = ANY (rules)
        RETURNING d.relation
    )
    SELECT array_agg(DISTINCT g.relation::oid) INTO before
    FROM gone AS g;
    WITH kept AS (
        INSERT INTO agent.constraint_dependencies (constraint_id, relation, column_name, via)
        SELECT DISTINCT c.constraint_id, r.relation, coalesce(r.column_name, ''), r.via
        FROM agent.constraints AS c
        CROSS JOIN LATERAL erp.rule_reads(c.target_relation, c.triggering_operation, c.compiled_ast) AS r
        WHERE c.constraint_id = ANY (rules)
        AND c.is_active
        AND c.mode <> 'off'
        RETURNING relation
    )
    SELECT array_agg(DISTINCT k.relation::oid) INTO after
    FROM kept AS k;
    PERFORM erp.rule_guard_columns(t.relation)
    FROM (SELECT DISTINCT unnest(before || after) AS relation ORDER BY relation) AS t;
END
$function$;
COMMENT ON FUNCTION erp.rule_keep_reads(bigint[]) IS
'Keeps agent.constraint_dependencies, and the views that guard the columns, for rules that were stored, changed or deleted.';
ALTER FUNCTION erp.rule_keep_reads(bigint[]) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_keep_reads(bigint[]) FROM PUBLIC;
