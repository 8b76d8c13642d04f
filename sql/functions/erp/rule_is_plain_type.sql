-- The gate reads rows of anybody's tables as erp_owner, so it may not meet code of theirs: an enum, range or composite type
-- can have casts (also to json) by its owner. Base types can be made by superusers only; the casts of a plain type are theirs.
CREATE OR REPLACE FUNCTION erp.rule_is_plain_type(type_id oid)
RETURNS boolean
LANGUAGE sql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT t.oid < 16384 OR (t.typtype = 'b' AND t.typcategory <> 'A')
FROM pg_type AS t
WHERE t.oid = erp.rule_base_type(type_id)
$$;

COMMENT ON FUNCTION erp.rule_is_plain_type(oid) IS
'Whether converting a value of the type runs no code but PostgreSQL''s and a superuser''s; other values are read by their output function alone.';

ALTER FUNCTION erp.rule_is_plain_type(oid) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_is_plain_type(oid) FROM PUBLIC;
