CREATE OR REPLACE FUNCTION erp.rule_hidden(
    relation oid,
    node jsonb,
    reader name
)
RETURNS jsonb
LANGUAGE sql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
WITH steps AS (
    SELECT 0 AS n, relation AS table_id, node -> 'path' ->> 0 AS column_name
    UNION ALL
    SELECT hop.ordinality, (hop.value ->> 'relation')::oid, hop.value ->> 'column'
    FROM jsonb_array_elements(node -> 'hops') WITH ORDINALITY AS hop
)
SELECT jsonb_build_object('table', s.nspname || '.' || c.relname, 'column', steps.column_name)
FROM steps
JOIN pg_class AS c ON c.oid = steps.table_id
JOIN pg_namespace AS s ON s.oid = c.relnamespace
WHERE NOT EXISTS (
    -- who may read a partitioned table may read its partitions through it
    SELECT
    FROM (SELECT steps.table_id AS relid UNION SELECT a.relid FROM pg_partition_ancestors(steps.table_id) AS a) AS t
    WHERE has_column_privilege(reader, t.relid, steps.column_name, 'SELECT')
)
ORDER BY steps.n
LIMIT 1
$$;

COMMENT ON FUNCTION erp.rule_hidden(oid, jsonb, name) IS
'The first table and column on the way of a bound field that a role may not SELECT, or NULL.';

ALTER FUNCTION erp.rule_hidden(oid, jsonb, name) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_hidden(oid, jsonb, name) FROM PUBLIC;
