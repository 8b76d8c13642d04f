CREATE OR REPLACE FUNCTION erp.rule_is_list(node jsonb)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT jsonb_typeof(CASE
    WHEN node ? 'literal' THEN node -> 'literal'
    WHEN node ->> 'type' = 'literal' AND node ? 'value' THEN node -> 'value'
    ELSE node
END) NOT IN ('string', 'object')
$$;

COMMENT ON FUNCTION erp.rule_is_list(jsonb) IS
'Whether the second argument of in can only be a written list: anything but a text or a node that is computed.';

ALTER FUNCTION erp.rule_is_list(jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_is_list(jsonb) FROM PUBLIC;
