CREATE OR REPLACE FUNCTION erp.rule_cache_invalidate(target regclass)
RETURNS void
LANGUAGE sql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
-- The portable engine reads the stored rules at every row: there is nothing to forget.
SELECT
$$;

COMMENT ON FUNCTION erp.rule_cache_invalidate(regclass) IS
'Makes every session forget its compiled rules of a table; the portable engine keeps none.';

ALTER FUNCTION erp.rule_cache_invalidate(regclass) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_cache_invalidate(regclass) FROM PUBLIC;
