CREATE OR REPLACE FUNCTION erp.rule_gate_commit()
RETURNS trigger
LANGUAGE c
AS 'MODULE_PATHNAME', 'erp_rule_gate_commit';
COMMENT ON FUNCTION erp.rule_gate_commit() IS
'Deferred trigger function that judges a written row at commit by the rules of timing commit, by the net effect of the transaction on it.';
ALTER FUNCTION erp.rule_gate_commit() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_gate_commit() FROM PUBLIC;
