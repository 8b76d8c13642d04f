CREATE OR REPLACE FUNCTION erp.rule_witness(
    node jsonb,
    env jsonb
)
RETURNS jsonb
LANGUAGE sql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT coalesce(jsonb_object_agg(ref ->> 'name', erp.rule_eval_ref(ref, env) -> 'value'), '{}')
FROM jsonb_path_query(jsonb_build_array(node -> 'where', node -> 'body'), 'strict $.** ? (@.op == "ref")') AS ref
WHERE ref ->> 'scope' = node ->> 'alias'
AND ref ->> 'relation' IS NOT DISTINCT FROM node -> 'source' ->> 'table'
$$;

COMMENT ON FUNCTION erp.rule_witness(jsonb, jsonb) IS 'What a quantifier reads of the row at hand, by name.';

ALTER FUNCTION erp.rule_witness(jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_witness(jsonb, jsonb) FROM PUBLIC;
