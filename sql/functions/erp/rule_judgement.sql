CREATE OR REPLACE FUNCTION erp.rule_judgement(
    constraint_id bigint,
    image anyelement
)
RETURNS jsonb
LANGUAGE c
VOLATILE
STRICT
AS 'MODULE_PATHNAME', 'erp_rule_judgement';

COMMENT ON FUNCTION erp.rule_judgement(bigint, anyelement) IS
'Code, message and detail by which a stored rule would refuse to let this row be written now; NULL when it passes; with the rights of the caller.';

ALTER FUNCTION erp.rule_judgement(bigint, anyelement) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_judgement(bigint, anyelement) FROM PUBLIC;
