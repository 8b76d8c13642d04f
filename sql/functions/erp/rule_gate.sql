CREATE OR REPLACE FUNCTION erp.rule_gate()
RETURNS trigger
LANGUAGE c
AS 'MODULE_PATHNAME', 'erp_rule_gate';

COMMENT ON FUNCTION erp.rule_gate() IS
'Trigger function that judges each written row by the stored rules of its table, and refuses TRUNCATE of a table whose deletes are guarded. Its look-ups run as erp_owner.';

ALTER FUNCTION erp.rule_gate() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_gate() FROM PUBLIC;
