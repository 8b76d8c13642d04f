CREATE OR REPLACE FUNCTION erp.now()
RETURNS timestamptz
LANGUAGE sql
STABLE
PARALLEL SAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT pg_catalog.now() + clock_offset
    FROM erp.clock
$function$;
COMMENT ON FUNCTION erp.now() IS
'The business clock: transaction time plus the offset in erp.clock. Every business date comes from here; leases and audit do not.';
ALTER FUNCTION erp.now() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.now() FROM PUBLIC;
