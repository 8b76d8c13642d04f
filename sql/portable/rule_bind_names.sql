CREATE OR REPLACE FUNCTION erp.rule_bind_names(
    node jsonb,
    target oid,
    operation text,
    env jsonb
)
RETURNS void
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    part jsonb;
    scope jsonb := '{"type": "json"}';
BEGIN
    IF jsonb_typeof(node) = 'array' THEN
        FOR part IN SELECT jsonb_array_elements(node) LOOP
            PERFORM erp.rule_bind_names(part, target, operation, env);
        END LOOP;
    ELSIF node ->> 'op' = 'ref' THEN
        BEGIN
            PERFORM erp.rule_bind_ref(node, target, operation, env);
        EXCEPTION
            WHEN SQLSTATE 'RP104' OR SQLSTATE 'RP105' THEN
                -- told later, after the names
                NULL;
        END;
    ELSIF node ? 'source' THEN
        PERFORM erp.rule_bind_names(node -> 'source', target, operation, env);
        PERFORM erp.rule_bind_names(node -> 'initial', target, operation, env);
        BEGIN
            scope := erp.rule_bind_source(node, target, operation, env) -> 'scope';
        EXCEPTION
            WHEN SQLSTATE 'RP104' OR SQLSTATE 'RP105' THEN
                NULL;
        END;
        env := env || jsonb_build_object('scopes', coalesce(env -> 'scopes', '{}') || CASE node ->> 'op'
            WHEN 'reduce' THEN jsonb_build_object('current', scope, 'accumulator', '{"type": "json"}'::jsonb)
            ELSE jsonb_build_object(node ->> 'alias', scope)
        END);
        PERFORM erp.rule_bind_names(node -> 'where', target, operation, env);
        PERFORM erp.rule_bind_names(node -> 'body', target, operation, env);
    ELSIF jsonb_typeof(node) = 'object' THEN
        PERFORM erp.rule_bind_names(node -> 'args', target, operation, env);
    END IF;
END
$$;

COMMENT ON FUNCTION erp.rule_bind_names(jsonb, oid, text, jsonb) IS
'Resolves every name of a parsed rule and types nothing else: a wrong name is told before a wrong type.';

ALTER FUNCTION erp.rule_bind_names(jsonb, oid, text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_bind_names(jsonb, oid, text, jsonb) FROM PUBLIC;
