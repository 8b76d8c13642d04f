CREATE OR REPLACE VIEW erp.invariant_rules_compile AS
SELECT
    format('rule %s (%s) is in force, but broken: %s', c.constraint_id, coalesce(c.rule_name, 'no name'), fault.message) AS detail
FROM agent.constraints AS c
INNER JOIN pg_catalog.pg_class AS r ON r.oid = c.target_relation
CROSS JOIN LATERAL erp.rule_compile_check(r.oid::regclass, c.triggering_operation, c.compiled_ast) AS fault
WHERE c.is_active
AND c.mode <> 'off'
AND fault.severity = 'error'
-- what its reader may not SELECT is no fault of the rule
AND fault.message NOT LIKE '%; the rule''s author needs SELECT%';
COMMENT ON VIEW erp.invariant_rules_compile IS 'Every rule in force compiles: nothing it reads was dropped, renamed or given another type.';
ALTER VIEW erp.invariant_rules_compile OWNER TO erp_owner;
