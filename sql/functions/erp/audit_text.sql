CREATE OR REPLACE FUNCTION erp.audit_text(p_text text)
RETURNS bytea
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
SELECT coalesce('\x04'::bytea || int4send(octet_length(convert_to(p_text, 'UTF8'))) || convert_to(p_text, 'UTF8'), '\x0000000000'::bytea)
$function$;
COMMENT ON FUNCTION erp.audit_text(text) IS
'A text, or NULL, as a value of the audit format.';
ALTER FUNCTION erp.audit_text(text) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_text(text) FROM PUBLIC;
