-- The types rules know: number, text, boolean, date, timestamp, timestamptz, uuid, json. Everything else is 'other' and
-- can only be asked whether it is null.
CREATE OR REPLACE FUNCTION erp.rule_value_type(type_id oid)
RETURNS text
LANGUAGE sql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT CASE
    WHEN t.typtype = 'd' THEN erp.rule_value_type(t.typbasetype)
    WHEN t.typtype = 'e' THEN 'text'
    WHEN t.oid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype) THEN 'number'
    WHEN t.oid IN ('float4'::regtype, 'float8'::regtype) THEN 'number'
    WHEN t.oid IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'name'::regtype) THEN 'text'
    WHEN t.oid IN ('bool'::regtype) THEN 'boolean'
    WHEN t.oid IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype, 'uuid'::regtype) THEN t.typname::text
    WHEN t.oid IN ('json'::regtype, 'jsonb'::regtype) THEN 'json'
    ELSE 'other'
END
FROM pg_type AS t
WHERE t.oid = type_id
$$;

COMMENT ON FUNCTION erp.rule_value_type(oid) IS 'The rule language''s type of a column type.';

ALTER FUNCTION erp.rule_value_type(oid) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_value_type(oid) FROM PUBLIC;
