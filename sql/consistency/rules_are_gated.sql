CREATE OR REPLACE VIEW erp.invariant_rules_are_gated AS
WITH needed AS (
    SELECT
        c.constraint_id, c.rule_name, c.target_relation AS relation,
        '{_500_rule_gate,_500_rule_gate_truncate}'::text[] || CASE
            WHEN c.timing = 'commit' THEN '{_500_rule_gate_at_commit}'::text[]
            WHEN c.timing = 'statement' THEN '{_500_rule_gate_on_insert,_500_rule_gate_on_update,_500_rule_gate_on_delete}'
        END AS triggers
    FROM agent.constraints AS c
    WHERE c.is_active
    AND c.mode <> 'off'
    UNION ALL
    SELECT
        c.constraint_id, c.rule_name, r.relation,
        CASE
            WHEN c.timing = 'commit' THEN '{_500_rule_invariant_at_commit,_500_rule_invariant_truncate}'::text[]
            WHEN cardinality(r.columns) > 0 THEN '{_500_rule_invariant,_500_rule_invariant_truncate,_500_rule_invariant_update}'
            ELSE '{_500_rule_invariant,_500_rule_invariant_truncate}'
        END
    FROM agent.constraint_reads AS r
    JOIN agent.constraints AS c ON c.constraint_id = r.constraint_id
    WHERE c.is_active
    AND c.mode <> 'off'
    AND c.kind = 'invariant'
)
SELECT
    format(
        'rule %s (%s) is in force, but %s', n.constraint_id, coalesce(n.rule_name, 'no name'),
        CASE WHEN r.oid IS NULL THEN 'its table is gone' ELSE format('%s has no gate', n.relation) END
    ) AS detail
FROM needed AS n
LEFT JOIN pg_catalog.pg_class AS r ON r.oid = n.relation
WHERE cardinality(n.triggers) <> (
    SELECT count(*)
    FROM pg_catalog.pg_trigger AS t
    WHERE t.tgrelid = n.relation
    AND t.tgname = ANY (n.triggers::name[])
    AND t.tgenabled IN ('O', 'A')
);
COMMENT ON VIEW erp.invariant_rules_are_gated IS 'Every rule in force hangs on tables that are there and have all its gate triggers switched on.';
ALTER VIEW erp.invariant_rules_are_gated OWNER TO erp_owner;
