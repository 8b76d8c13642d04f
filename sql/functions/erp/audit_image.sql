CREATE OR REPLACE FUNCTION erp.audit_image(p_row anyelement, p_columns text[] DEFAULT NULL)
RETURNS bytea
LANGUAGE c
STABLE
PARALLEL SAFE
AS 'MODULE_PATHNAME', 'erp_audit_image_of';
COMMENT ON FUNCTION erp.audit_image(anyelement, text[]) IS
'The image of a row in the audit format: all its columns, or those named.';
ALTER FUNCTION erp.audit_image(anyelement, text[]) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_image(anyelement, text[]) FROM PUBLIC;
