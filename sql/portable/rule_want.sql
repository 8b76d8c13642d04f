CREATE OR REPLACE FUNCTION erp.rule_want(
    arg jsonb,
    allowed text[],
    at text
)
RETURNS jsonb
LANGUAGE sql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT erp.rule_unify(jsonb_build_array(arg), allowed, at) -> 'args' -> 0
$$;

COMMENT ON FUNCTION erp.rule_want(jsonb, text[], text) IS
'One argument as one of the allowed types, or RP104.';

ALTER FUNCTION erp.rule_want(jsonb, text[], text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_want(jsonb, text[], text) FROM PUBLIC;
