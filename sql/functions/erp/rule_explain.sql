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
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    rule agent.constraints;
    trace jsonb;
    detail text;
BEGIN
    SELECT c.* INTO rule
    FROM agent.constraints AS c
    WHERE c.constraint_id = rule_explain.constraint_id;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    BEGIN
        trace := erp.rule_evaluate(
            rule.compiled_ast, rule_explain.record,
            jsonb_build_object(
                'agent', erp.actor(),
                'tx', jsonb_build_object(
                    'now', erp.now(), 'today', erp.today(), 'user', session_user,
                    'operation', CASE
                        WHEN rule.triggering_operation <> '*' THEN rule.triggering_operation
                        WHEN rule_explain.old IS NULL THEN 'INSERT'
                        ELSE 'UPDATE'
                    END
                )
            ) || CASE WHEN rule_explain.old IS NULL THEN '{}' ELSE jsonb_build_object('old', rule_explain.old) END,
            rule.target_relation
        ) -> 'trace';
    EXCEPTION
        -- a rule that ends in an error is explained as well; one that cannot be read at all has no tree
        WHEN SQLSTATE 'RP103' OR SQLSTATE 'RP104' OR SQLSTATE 'RP105' THEN
            GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
            trace := detail::jsonb -> 'trace';
            IF trace IS NULL THEN
                RAISE;
            END IF;
    END;
    RETURN QUERY
    WITH RECURSIVE node AS (
        SELECT
            trace AS at,
            ARRAY[]::bigint[] AS place
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
    ORDER BY node.place;
END
$function$;
COMMENT ON FUNCTION erp.rule_explain(bigint, jsonb, jsonb) IS
'How a stored rule judges a record: every part with its value and verdict, indented by depth; with the rights of the caller.';
ALTER FUNCTION erp.rule_explain(bigint, jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_explain(bigint, jsonb, jsonb) FROM PUBLIC;
