CREATE OR REPLACE FUNCTION erp.rule_result(
    node jsonb,
    outcome jsonb,
    children jsonb
)
RETURNS jsonb
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT
    jsonb_build_object(
        'label', node -> 'label',
        'value', outcome -> 'value',
        'pass', CASE WHEN node ->> 'type' = 'boolean' THEN outcome -> 'value' END,
        'children', children
    )
    || CASE WHEN node ->> 'op' = 'ref' THEN jsonb_build_object('path', node -> 'name') ELSE '{}' END
    || CASE WHEN node ? 'scope' THEN jsonb_build_object('scope', node -> 'scope') ELSE '{}' END
    || CASE WHEN outcome ? 'error' THEN jsonb_build_object('error', outcome -> 'error') ELSE '{}' END
$$;

COMMENT ON FUNCTION erp.rule_result(jsonb, jsonb, jsonb) IS 'The trace of an evaluated node.';

ALTER FUNCTION erp.rule_result(jsonb, jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_result(jsonb, jsonb, jsonb) FROM PUBLIC;
