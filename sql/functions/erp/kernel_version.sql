CREATE OR REPLACE FUNCTION erp.kernel_version()
RETURNS text
LANGUAGE c
IMMUTABLE
STRICT
PARALLEL SAFE
AS 'MODULE_PATHNAME', 'erp_kernel_version';

COMMENT ON FUNCTION erp.kernel_version() IS 'Version of the native rule kernel; the function does not exist in portable mode.';

ALTER FUNCTION erp.kernel_version() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.kernel_version() FROM PUBLIC;
