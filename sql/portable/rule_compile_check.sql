CREATE OR REPLACE FUNCTION erp.rule_compile_check(
    target regclass,
    operation text,
    ast jsonb
)
RETURNS TABLE (
    severity text,
    path text,
    code text,
    message text
)
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    detail text;
    hint text;
BEGIN
    PERFORM erp.rule_bind_top(ast, target, operation, jsonb_build_object('reader', session_user));
EXCEPTION
    WHEN SQLSTATE 'RP101' OR SQLSTATE 'RP102' OR SQLSTATE 'RP103' OR SQLSTATE 'RP104' OR SQLSTATE 'RP105' THEN
        GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
        severity := 'error';
        path := detail::jsonb ->> 'path';
        code := SQLSTATE;
        message := SQLERRM || CASE WHEN hint ~ '^(did you mean|the rule''s author)' THEN '; ' || hint ELSE '' END;
        RETURN NEXT;
END
$$;

COMMENT ON FUNCTION erp.rule_compile_check(regclass, text, jsonb) IS
'The static errors of a rule for a table and operation: the first one found, with the JSON pointer of the node; no row when it is sound.';

ALTER FUNCTION erp.rule_compile_check(regclass, text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_compile_check(regclass, text, jsonb) FROM PUBLIC;
