CREATE OR REPLACE FUNCTION erp.rule_measure(
    op text,
    value jsonb
)
RETURNS jsonb
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT jsonb_build_object('value', CASE
    WHEN op = 'length' THEN
        to_jsonb(CASE jsonb_typeof(value) WHEN 'array' THEN jsonb_array_length(value) ELSE length(value #>> '{}') END)
    ELSE to_jsonb(value NOT IN ('false', '0', '""', '[]'))
END)
$$;

COMMENT ON FUNCTION erp.rule_measure(text, jsonb) IS
'How long a text or list is, or whether there is anything of a value (!!), where it is known.';

ALTER FUNCTION erp.rule_measure(text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_measure(text, jsonb) FROM PUBLIC;
