CREATE OR REPLACE FUNCTION erp.rule_change_env(
    env jsonb,
    name text,
    value jsonb
)
RETURNS jsonb
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT jsonb_set(jsonb_set(env, ARRAY['row', name], coalesce(value, 'null')), ARRAY['new', name], coalesce(value, 'null'))
$$;

COMMENT ON FUNCTION erp.rule_change_env(jsonb, text, jsonb) IS 'What a rule can read, were one column of the written row another value.';

ALTER FUNCTION erp.rule_change_env(jsonb, text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_change_env(jsonb, text, jsonb) FROM PUBLIC;
