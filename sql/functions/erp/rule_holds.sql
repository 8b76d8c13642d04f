CREATE OR REPLACE FUNCTION erp.rule_holds(
    constraint_id bigint,
    image anyelement
)
RETURNS text
LANGUAGE c
VOLATILE
STRICT
AS 'MODULE_PATHNAME', 'erp_rule_holds';

COMMENT ON FUNCTION erp.rule_holds(bigint, anyelement) IS
'NULL when a stored rule would let this row of its table be written now, else the code of the refusal; with the rights of the caller.';

ALTER FUNCTION erp.rule_holds(bigint, anyelement) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_holds(bigint, anyelement) FROM PUBLIC;
