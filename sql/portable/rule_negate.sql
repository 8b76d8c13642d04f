CREATE OR REPLACE FUNCTION erp.rule_negate(result jsonb)
RETURNS jsonb
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT jsonb_build_object('value', NOT (result ->> 'value')::boolean)
    || CASE WHEN result ? 'error' THEN jsonb_build_object('error', result -> 'error') ELSE '{}' END
$$;

COMMENT ON FUNCTION erp.rule_negate(jsonb) IS 'Three-valued NOT of an evaluated node; an error stays an error.';

ALTER FUNCTION erp.rule_negate(jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_negate(jsonb) FROM PUBLIC;
