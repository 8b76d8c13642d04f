CREATE OR REPLACE FUNCTION erp.rule_evaluate(
    ast jsonb,
    record jsonb,
    context jsonb DEFAULT '{}',
    target regclass DEFAULT NULL
)
RETURNS jsonb
LANGUAGE c
VOLATILE
AS 'MODULE_PATHNAME', 'erp_rule_evaluate';

COMMENT ON FUNCTION erp.rule_evaluate(jsonb, jsonb, jsonb, regclass) IS
'Evaluates a rule on a record: {"verdict", "value", "trace"}, or an RP1xx error. Look-ups have the rights of the caller.';

ALTER FUNCTION erp.rule_evaluate(jsonb, jsonb, jsonb, regclass) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_evaluate(jsonb, jsonb, jsonb, regclass) FROM PUBLIC;
