CREATE OR REPLACE FUNCTION erp.rule_pointer(
    ast jsonb,
    node jsonb
)
RETURNS text
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
    WITH RECURSIVE walk AS (
        SELECT
            '' AS pointer,
            ast AS at
        UNION ALL
        SELECT
            walk.pointer || '/' || replace(replace(member.key, '~', '~0'), '/', '~1'),
            member.value
        FROM walk
        CROSS JOIN LATERAL (
            SELECT key, value
            FROM jsonb_each(CASE jsonb_typeof(walk.at) WHEN 'object' THEN walk.at ELSE '{}' END)
            UNION ALL
            SELECT (ordinality - 1)::text, value
            FROM jsonb_array_elements(CASE jsonb_typeof(walk.at) WHEN 'array' THEN walk.at ELSE '[]' END) WITH ORDINALITY
        ) AS member
    )
    SELECT walk.pointer
    FROM walk
    WHERE walk.at = node
    LIMIT 1
$function$;
COMMENT ON FUNCTION erp.rule_pointer(jsonb, jsonb) IS 'The JSON pointer at which a node first stands in a condition.';
ALTER FUNCTION erp.rule_pointer(jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_pointer(jsonb, jsonb) FROM PUBLIC;
