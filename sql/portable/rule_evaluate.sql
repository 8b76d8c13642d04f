-- The portable twin of the native engine, and the reference it is tested against: parse, bind, evaluate, every time.
CREATE OR REPLACE FUNCTION erp.rule_evaluate(
    ast jsonb,
    record jsonb,
    context jsonb DEFAULT '{}',
    target regclass DEFAULT NULL
)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    env jsonb := erp.rule_environment(record, context, target) || jsonb_build_object('reader', session_user);
    bound jsonb := erp.rule_bind_top(erp.rule_expand(ast), target, NULL, env);
    result jsonb := erp.rule_eval(bound, env);
BEGIN
    IF result ? 'error' THEN
        RAISE EXCEPTION '%', result -> 'error' ->> 'message' USING
            ERRCODE = result -> 'error' ->> 'code',
            DETAIL = jsonb_build_object('trace', result)::text,
            HINT = 'guard the calculation: an "and" with a false, or an "or" with a true, absorbs it';
    END IF;
    RETURN jsonb_build_object('verdict', result -> 'value', 'value', result -> 'value', 'trace', result);
END
$$;

COMMENT ON FUNCTION erp.rule_evaluate(jsonb, jsonb, jsonb, regclass) IS
'Judges a rule over a record: {"verdict": true|false|null, "value", "trace"}, or an RP1xx error. Context: {"old", "agent", "tx", "facts", "relations"}.';

ALTER FUNCTION erp.rule_evaluate(jsonb, jsonb, jsonb, regclass) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_evaluate(jsonb, jsonb, jsonb, regclass) FROM PUBLIC;
