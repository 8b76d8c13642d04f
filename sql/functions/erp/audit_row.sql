CREATE OR REPLACE FUNCTION erp.audit_row()
RETURNS trigger
LANGUAGE c
AS 'MODULE_PATHNAME', 'erp_audit_row';
COMMENT ON FUNCTION erp.audit_row() IS
'Row trigger of every audited table, the first after the write: writes the leaf of the row. Arguments: kind, column of the outcome.';
ALTER FUNCTION erp.audit_row() OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_row() FROM PUBLIC;
