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
LANGUAGE c
STABLE
STRICT
AS 'MODULE_PATHNAME', 'erp_rule_compile_check';

COMMENT ON FUNCTION erp.rule_compile_check(regclass, text, jsonb) IS
'Compiles a rule against a table without storing it; one row per fault, none when it is sound.';

ALTER FUNCTION erp.rule_compile_check(regclass, text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_compile_check(regclass, text, jsonb) FROM PUBLIC;
