CREATE OR REPLACE FUNCTION erp.rule_bind_top(
    ast jsonb,
    target regclass,
    operation text,
    env jsonb
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    bound jsonb := erp.rule_bind(erp.rule_parse(ast), target, operation, env);
BEGIN
    RETURN erp.rule_unify(jsonb_build_array(bound), '{boolean}', '') -> 'args' -> 0;
END
$$;

COMMENT ON FUNCTION erp.rule_bind_top(jsonb, regclass, text, jsonb) IS
'A stored rule parsed, resolved and typed; the whole of it must be a condition (RP104).';

ALTER FUNCTION erp.rule_bind_top(jsonb, regclass, text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_bind_top(jsonb, regclass, text, jsonb) FROM PUBLIC;
