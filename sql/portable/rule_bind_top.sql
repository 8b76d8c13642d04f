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
    parsed CONSTANT jsonb := erp.rule_parse(ast);
BEGIN
    RETURN erp.rule_unify(jsonb_build_array(erp.rule_bind(parsed, target, operation, env)), '{boolean}', '') -> 'args' -> 0;
EXCEPTION
    WHEN SQLSTATE 'RP104' OR SQLSTATE 'RP105' THEN
        -- names come before types: a wrong one anywhere is told first
        PERFORM erp.rule_bind_names(parsed, target, operation, env);
        RAISE;
END
$$;

COMMENT ON FUNCTION erp.rule_bind_top(jsonb, regclass, text, jsonb) IS
'A stored rule parsed, resolved and typed; the whole of it must be a condition (RP104).';

ALTER FUNCTION erp.rule_bind_top(jsonb, regclass, text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_bind_top(jsonb, regclass, text, jsonb) FROM PUBLIC;
