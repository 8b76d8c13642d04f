CREATE OR REPLACE FUNCTION erp.audit_record(p_type text, p_bytes bytea)
RETURNS bytea
LANGUAGE sql
IMMUTABLE
STRICT
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
SELECT convert_to(p_type, 'UTF8') || int4send(octet_length(p_bytes)) || p_bytes
$function$;
COMMENT ON FUNCTION erp.audit_record(text, bytea) IS
'A record of an export file: type, length, bytes.';
ALTER FUNCTION erp.audit_record(text, bytea) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_record(text, bytea) FROM PUBLIC;
