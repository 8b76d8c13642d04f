CREATE OR REPLACE FUNCTION erp.rule_rejudge(
    constraint_id bigint,
    target regclass,
    query text,
    through text
)
RETURNS void
LANGUAGE c
VOLATILE
STRICT
AS 'MODULE_PATHNAME', 'erp_rule_rejudge';
COMMENT ON FUNCTION erp.rule_rejudge(bigint, regclass, text, text) IS
'Judges the rows that a query gives of a rule''s table by that rule, as an UPDATE that changes nothing; read under a fresh snapshot.';
ALTER FUNCTION erp.rule_rejudge(bigint, regclass, text, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_rejudge(bigint, regclass, text, text) FROM PUBLIC;
