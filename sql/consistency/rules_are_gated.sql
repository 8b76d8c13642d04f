CREATE OR REPLACE VIEW erp.invariant_rules_are_gated AS
SELECT
    format(
        'rule %s (%s) is in force, but %s', c.constraint_id, coalesce(c.rule_name, 'no name'),
        CASE WHEN r.oid IS NULL THEN 'its table is gone' ELSE format('%s has no gate', c.target_relation) END
    ) AS detail
FROM agent.constraints AS c
LEFT JOIN pg_catalog.pg_class AS r ON r.oid = c.target_relation
WHERE c.is_active
AND c.mode <> 'off'
AND 2 <> (
    SELECT count(*)
    FROM pg_catalog.pg_trigger AS t
    WHERE t.tgrelid = c.target_relation
    AND t.tgname IN ('_500_rule_gate', '_500_rule_gate_truncate')
    AND t.tgenabled IN ('O', 'A')
);
COMMENT ON VIEW erp.invariant_rules_are_gated IS 'Every rule in force hangs on a table that is there and has both gate triggers switched on.';
ALTER VIEW erp.invariant_rules_are_gated OWNER TO erp_owner;
