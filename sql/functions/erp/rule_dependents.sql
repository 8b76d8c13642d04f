CREATE OR REPLACE FUNCTION erp.rule_dependents(rule_name text)
RETURNS TABLE (
    constraint_id bigint,
    label text,
    in_force boolean
)
LANGUAGE sql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT c.constraint_id, coalesce(c.rule_name, 'rule_' || c.constraint_id), c.is_active AND c.mode <> 'off'
    FROM agent.constraints AS c
    WHERE c.logic_ast::text LIKE '%{"rule\_ref": "%'
    AND c.rule_name IS DISTINCT FROM rule_dependents.rule_name
    AND EXISTS (
        SELECT
        FROM erp.rule_references(c.logic_ast) AS r
        WHERE r.rule_name = rule_dependents.rule_name
    )
    ORDER BY c.constraint_id
$function$;
COMMENT ON FUNCTION erp.rule_dependents(text) IS
'The rules that refer to a rule by rule_ref, directly or not.';
ALTER FUNCTION erp.rule_dependents(text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_dependents(text) FROM PUBLIC;
