CREATE OR REPLACE FUNCTION erp.rule_base_type(type_id oid)
RETURNS oid
LANGUAGE sql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT CASE WHEN t.typtype = 'd' THEN erp.rule_base_type(t.typbasetype) ELSE t.oid END
FROM pg_type AS t
WHERE t.oid = type_id
$$;

COMMENT ON FUNCTION erp.rule_base_type(oid) IS 'The type behind a domain, and behind the domains it is made of.';

ALTER FUNCTION erp.rule_base_type(oid) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_base_type(oid) FROM PUBLIC;
