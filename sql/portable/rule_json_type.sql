CREATE OR REPLACE FUNCTION erp.rule_json_type(value jsonb)
RETURNS text
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT CASE coalesce(jsonb_typeof(value), 'null')
    WHEN 'string' THEN 'text'
    WHEN 'object' THEN 'json'
    WHEN 'array' THEN 'json'
    ELSE coalesce(jsonb_typeof(value), 'null')
END
$$;

COMMENT ON FUNCTION erp.rule_json_type(jsonb) IS
'The rule language''s type of a value of a record that has no table.';

ALTER FUNCTION erp.rule_json_type(jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_json_type(jsonb) FROM PUBLIC;
