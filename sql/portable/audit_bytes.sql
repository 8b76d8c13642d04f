CREATE OR REPLACE FUNCTION erp.audit_bytes(p_bytes bytea)
RETURNS bytea
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
SELECT coalesce('\x05'::bytea || int4send(octet_length(p_bytes)) || p_bytes, '\x0000000000'::bytea)
$function$;
COMMENT ON FUNCTION erp.audit_bytes(bytea) IS
'Bytes, or NULL, as a value of the audit format.';
ALTER FUNCTION erp.audit_bytes(bytea) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_bytes(bytea) FROM PUBLIC;
