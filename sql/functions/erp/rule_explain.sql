CREATE OR REPLACE FUNCTION erp.rule_explain(
    constraint_id bigint,
    record jsonb,
    old jsonb DEFAULT NULL
)
RETURNS TABLE (
    formula text,
    value text,
    verdict text,
    path text
)
LANGUAGE sql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
    WITH RECURSIVE evaluated AS (
        SELECT erp.rule_evaluate(
            c.compiled_ast, rule_explain.record,
            jsonb_build_object(
                'agent', erp.actor(),
                'tx', jsonb_build_object(
                    'now', erp.now(), 'today', erp.today(), 'user', session_user,
                    'operation', CASE
                        WHEN c.triggering_operation <> '*' THEN c.triggering_operation
                        WHEN rule_explain.old IS NULL THEN 'INSERT'
                        ELSE 'UPDATE'
                    END
                )
            ) || CASE WHEN rule_explain.old IS NULL THEN '{}' ELSE jsonb_build_object('old', rule_explain.old) END,
            c.target_relation
        ) -> 'trace' AS trace
        FROM agent.constraints AS c
        WHERE c.constraint_id = rule_explain.constraint_id
    ),
    node AS (
        SELECT
            evaluated.trace AS at,
            ARRAY[]::bigint[] AS place
        FROM evaluated
        UNION ALL
        SELECT
            child.value,
            node.place || child.ordinality
        FROM node
        CROSS JOIN LATERAL jsonb_array_elements(node.at -> 'children') WITH ORDINALITY AS child
    )
    SELECT
        repeat('  ', cardinality(node.place)) || (node.at ->> 'label'),
        coalesce(node.at ->> 'value', node.at -> 'error' ->> 'message'),
        CASE
            WHEN node.at -> 'pass' IN ('true', 'false') THEN node.at ->> 'pass'
            WHEN node.at ? 'error' THEN 'error'
            WHEN node.at ->> 'value' IS NULL THEN 'unknown'
        END,
        node.at ->> 'path'
    FROM node
    ORDER BY node.place
$function$;
COMMENT ON FUNCTION erp.rule_explain(bigint, jsonb, jsonb) IS
'How a stored rule judges a record: every part with its value and verdict, indented by depth; with the rights of the caller.';
ALTER FUNCTION erp.rule_explain(bigint, jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_explain(bigint, jsonb, jsonb) FROM PUBLIC;
