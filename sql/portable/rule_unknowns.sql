CREATE OR REPLACE FUNCTION erp.rule_unknowns(result jsonb)
RETURNS text[]
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
-- Only what lies under unknown nodes made the rule unknown: a known node has absorbed the nulls below it.
WITH RECURSIVE unknown AS (
    SELECT result AS node
    WHERE result -> 'value' = 'null'
    UNION ALL
    SELECT child
    FROM unknown,
        jsonb_array_elements(unknown.node -> 'children') AS child
    WHERE child -> 'value' = 'null'
)
SELECT coalesce(array_agg(DISTINCT node ->> 'path' ORDER BY node ->> 'path'), '{}')
FROM unknown
WHERE node ? 'path'
$$;

COMMENT ON FUNCTION erp.rule_unknowns(jsonb) IS 'The fields whose being null left a rule unknown.';

ALTER FUNCTION erp.rule_unknowns(jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_unknowns(jsonb) FROM PUBLIC;
