CREATE OR REPLACE FUNCTION erp.rule_plan(constraint_id bigint)
RETURNS TABLE (
    kind text,
    relation regclass,
    columns name[],
    lock text
)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT
        r.kind, r.relation, r.columns,
        CASE
            WHEN r.lock IS NULL THEN 'none'
            WHEN cardinality(r.outer_columns) = 0 THEN 'rule ' || r.constraint_id || ', all rows'
            ELSE 'rule ' || r.constraint_id || ' by ' || array_to_string(r.outer_columns, ', ') || ' = ' || array_to_string(r.inner_columns, ', ')
        END
        || CASE r.lock WHEN 'shared' THEN '; writers of the judged table share it' ELSE '' END
    FROM agent.constraint_reads AS r
    WHERE r.constraint_id = rule_plan.constraint_id
    ORDER BY r.ordinal
$function$;
COMMENT ON FUNCTION erp.rule_plan(bigint) IS
'What a rule reads beside its row, and what writers lock for that before they are judged.';
ALTER FUNCTION erp.rule_plan(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_plan(bigint) FROM PUBLIC;
