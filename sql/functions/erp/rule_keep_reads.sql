CREATE OR REPLACE FUNCTION erp.rule_keep_reads(constraint_id bigint)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    before CONSTANT regclass[] := ARRAY(
        SELECT DISTINCT d.relation
        FROM agent.constraint_dependencies AS d
        WHERE d.constraint_id = rule_keep_reads.constraint_id
    );
    rule agent.constraints;
BEGIN
    SELECT c.* INTO rule
    FROM agent.constraints AS c
    WHERE c.constraint_id = rule_keep_reads.constraint_id
    AND c.is_active
    AND c.mode <> 'off';

    BEGIN
        DELETE FROM agent.constraint_dependencies AS d WHERE d.constraint_id = rule_keep_reads.constraint_id;
        INSERT INTO agent.constraint_dependencies (constraint_id, relation, column_name, via)
        SELECT DISTINCT rule.constraint_id, r.relation, coalesce(r.column_name, ''), r.via
        FROM erp.rule_reads(rule.target_relation, rule.triggering_operation, rule.compiled_ast) AS r
        WHERE rule.constraint_id IS NOT NULL;
    EXCEPTION
        -- A rule whose columns went: what it read stays on record, erp.check_consistency tells of it, and it fails closed.
        WHEN SQLSTATE 'RP101' OR SQLSTATE 'RP102' OR SQLSTATE 'RP103' OR SQLSTATE 'RP104' OR SQLSTATE 'RP105' THEN
            NULL;
    END;
    PERFORM erp.rule_guard_columns(touched.relation)
    FROM (
        SELECT unnest(before) AS relation
        UNION
        SELECT d.relation
        FROM agent.constraint_dependencies AS d
        WHERE d.constraint_id = rule_keep_reads.constraint_id
        ORDER BY relation
    ) AS touched;
END
$function$;
COMMENT ON FUNCTION erp.rule_keep_reads(bigint) IS
'Keeps agent.constraint_dependencies, and the views that guard the columns, for a rule that was stored, changed or deleted.';
ALTER FUNCTION erp.rule_keep_reads(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_keep_reads(bigint) FROM PUBLIC;
