CREATE OR REPLACE FUNCTION erp.rule_gate_statement()
RETURNS trigger
LANGUAGE c
AS 'MODULE_PATHNAME', 'erp_rule_gate_statement';
COMMENT ON FUNCTION erp.rule_gate_statement() IS
'Trigger function that judges the rows of a statement, once it is done, by the rules of timing statement.';
ALTER FUNCTION erp.rule_gate_statement() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_gate_statement() FROM PUBLIC;
