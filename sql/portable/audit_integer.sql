CREATE OR REPLACE FUNCTION erp.audit_integer(p_number bigint)
RETURNS bytea
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
SELECT coalesce('\x0200000008'::bytea || int8send(p_number), '\x0000000000'::bytea)
$function$;
COMMENT ON FUNCTION erp.audit_integer(bigint) IS
'A whole number, or NULL, as a value of the audit format.';
ALTER FUNCTION erp.audit_integer(bigint) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_integer(bigint) FROM PUBLIC;
