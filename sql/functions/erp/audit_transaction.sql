CREATE OR REPLACE FUNCTION erp.audit_transaction()
RETURNS trigger
LANGUAGE c
AS 'MODULE_PATHNAME', 'erp_audit_transaction';
COMMENT ON FUNCTION erp.audit_transaction() IS
'Deferred row trigger on headers and legs of journals: one leaf for a journal with all its legs.';
ALTER FUNCTION erp.audit_transaction() OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_transaction() FROM PUBLIC;
