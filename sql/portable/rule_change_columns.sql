-- Not what a quantifier reads inside, no generated column, no key that the rule looks something up by.
CREATE OR REPLACE FUNCTION erp.rule_change_columns(
    pair jsonb,
    bound jsonb,
    relation oid,
    env jsonb
)
RETURNS TABLE (
    name text,
    number smallint,
    type text,
    scale int
)
LANGUAGE sql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
WITH RECURSIVE part AS (
    SELECT jsonb_array_elements(jsonb_build_array(pair -> 'left', pair -> 'right')) AS node
    UNION ALL
    SELECT jsonb_array_elements(
        coalesce(part.node -> 'args', '[]') || coalesce(part.node -> 'tests', '[]') || coalesce(part.node -> 'arms', '[]')
    )
    FROM part
    WHERE NOT part.node ? 'source'
    AND part.node ->> 'op' NOT IN ('filter', 'map', 'reduce')
)
SELECT DISTINCT ON (a.attnum) a.attname, a.attnum, part.node ->> 'type', base.scale
FROM part
JOIN pg_attribute AS a ON a.attrelid = relation AND a.attname = part.node -> 'path' ->> 0
CROSS JOIN LATERAL erp.rule_base_column(a.atttypid, a.atttypmod) AS base
WHERE part.node ->> 'op' = 'ref'
AND part.node ->> 'root' IN ('row', 'new')
AND NOT part.node ? 'scope'
AND NOT part.node ? 'read'
AND part.node -> 'hops' = '[]'
AND jsonb_array_length(part.node -> 'path') = 1
AND part.node ->> 'type' IN ('number', 'text', 'boolean', 'date', 'timestamp', 'timestamptz', 'uuid')
AND env -> 'row' ->> a.attname IS NOT NULL
AND a.attgenerated = ''
AND a.attidentity <> 'a'
AND coalesce(base.scale <= 38, true)
AND NOT EXISTS (
    SELECT
    FROM jsonb_path_query(bound, 'strict $.** ? (@.op == "ref" && @.hops.size() > 0)') AS look_up
    WHERE look_up -> 'path' ->> 0 = a.attname
    AND look_up ->> 'root' IN ('row', 'new')
    AND NOT look_up ? 'scope'
)
ORDER BY a.attnum
$$;

COMMENT ON FUNCTION erp.rule_change_columns(jsonb, jsonb, oid, jsonb) IS
'The columns of the written row in a comparison that could have another value, in their order, with their decimals where they are fixed.';

ALTER FUNCTION erp.rule_change_columns(jsonb, jsonb, oid, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_change_columns(jsonb, jsonb, oid, jsonb) FROM PUBLIC;
