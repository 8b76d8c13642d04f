-- By the wall clock for what was stored, and for valid_from and valid_to too: the business clock of then is not kept.
CREATE OR REPLACE FUNCTION erp.rule_versions_at(
    target regclass,
    operation text,
    at timestamptz
)
RETURNS TABLE (
    constraint_id bigint,
    version int,
    rule_name text,
    mode text,
    target_agent_role text,
    changed_by name,
    rule jsonb
)
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $function$
    SELECT
        v.constraint_id, v.version, coalesce(v.rule ->> 'rule_name', 'rule_' || v.constraint_id), v.rule ->> 'mode',
        v.rule ->> 'target_agent_role', v.changed_by, v.rule
    FROM public.erp_agent_constraint_versions AS v
    LEFT JOIN agent.constraints AS c ON c.constraint_id = v.constraint_id
    WHERE v.effective_from <= rule_versions_at.at
    AND v.effective_to > rule_versions_at.at
    -- a table that was renamed since is known by the rule's row
    AND coalesce(c.target_relation, to_regclass(v.rule ->> 'target_relation')) IN (
        SELECT rule_versions_at.target
        UNION
        SELECT relid
        FROM pg_partition_ancestors(rule_versions_at.target)
    )
    AND (v.rule ->> 'is_active')::boolean
    AND v.rule ->> 'mode' <> 'off'
    AND v.rule ->> 'triggering_operation' IN ('*', rule_versions_at.operation)
    AND (v.rule ->> 'valid_from')::timestamptz <= rule_versions_at.at
    AND (v.rule ->> 'valid_to')::timestamptz > rule_versions_at.at
    ORDER BY v.constraint_id
$function$;
COMMENT ON FUNCTION erp.rule_versions_at(regclass, text, timestamptz) IS
'Which rules, in which versions, judged a write to a table at a moment; by the wall clock.';
ALTER FUNCTION erp.rule_versions_at(regclass, text, timestamptz) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_versions_at(regclass, text, timestamptz) FROM PUBLIC;
