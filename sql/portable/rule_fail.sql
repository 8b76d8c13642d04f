-- DETAIL carries the JSON pointer, so that erp.rule_compile_check can turn the exception back into a row. VOLATILE, or a
-- planner that folds constants would raise where nothing is called.
CREATE OR REPLACE FUNCTION erp.rule_fail(
    code text,
    at text,
    message text,
    hint text DEFAULT NULL
)
RETURNS void
LANGUAGE plpgsql
VOLATILE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION '%', message USING
        ERRCODE = code,
        DETAIL = jsonb_build_object('path', at)::text,
        HINT = coalesce(hint, 'erp.rule_check(target, operation, ast) judges a rule without storing it; see docs/rules.md');
END
$$;

COMMENT ON FUNCTION erp.rule_fail(text, text, text, text) IS
'Raises an RP1xx error about the node at a JSON pointer.';

ALTER FUNCTION erp.rule_fail(text, text, text, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_fail(text, text, text, text) FROM PUBLIC;
