CREATE OR REPLACE FUNCTION erp.rule_cache_invalidate(target regclass)
RETURNS void
LANGUAGE c
VOLATILE
STRICT
AS 'MODULE_PATHNAME', 'erp_rule_cache_invalidate';

COMMENT ON FUNCTION erp.rule_cache_invalidate(regclass) IS
'Makes every session read the rules of a table again at its next statement, once this transaction commits.';

ALTER FUNCTION erp.rule_cache_invalidate(regclass) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_cache_invalidate(regclass) FROM PUBLIC;
