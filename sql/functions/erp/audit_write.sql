CREATE OR REPLACE FUNCTION erp.audit_write(
    p_kind text,
    p_table_name text,
    p_record_key text,
    p_operation text,
    p_payload bytea,
    p_target regclass DEFAULT NULL,
    p_outcome text DEFAULT 'ok'
)
RETURNS bigint
LANGUAGE c
VOLATILE
AS 'MODULE_PATHNAME', 'erp_audit_write';
COMMENT ON FUNCTION erp.audit_write(text, text, text, text, bytea, regclass, text) IS
'Writes a leaf and its payload in the transaction at hand and returns its id; with a target the payload is an image by the layout of that table.';
ALTER FUNCTION erp.audit_write(text, text, text, text, bytea, regclass, text) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_write(text, text, text, text, bytea, regclass, text) FROM PUBLIC;
