-- The gate reads as erp_owner; the writer is told what this login may SELECT. What a quantifier found is told when every
-- column it reads may be: one that names none asks for the table.
CREATE OR REPLACE FUNCTION erp.rule_concealed(
    bound jsonb,
    relation oid,
    reader name
)
RETURNS text[]
LANGUAGE sql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
WITH refs AS (
    SELECT DISTINCT ref ->> 'name' AS name
    FROM jsonb_path_query(bound, 'strict $.** ? (@.op == "ref")') AS ref
    WHERE ref ->> 'root' IN ('row', 'new', 'old')
    AND (ref ? 'relation' OR NOT ref ? 'scope')
    AND erp.rule_hidden(coalesce((ref ->> 'relation')::oid, relation), ref, reader) IS NOT NULL
),
quantifiers AS (
    SELECT
        quantifier,
        quantifier ->> 'label' AS name,
        (quantifier -> 'source' ->> 'table')::oid AS table_id,
        ARRAY(
            SELECT ref ->> 'name'
            FROM jsonb_path_query(quantifier, 'strict $.** ? (@.op == "ref")') AS ref
        ) AS names
    FROM jsonb_path_query(bound, 'strict $.** ? (exists(@.source))') AS quantifier
),
closed AS (
    SELECT q.name
    FROM quantifiers AS q
    WHERE EXISTS (SELECT FROM refs WHERE refs.name = ANY (q.names))
    OR (
        q.table_id IS NOT NULL
        AND NOT has_table_privilege(reader, q.table_id, 'SELECT')
        AND NOT q.quantifier @? format('strict $.** ? (@.op == "ref" && @.relation == "%s")', q.table_id)::jsonpath
    )
)
SELECT ARRAY(
    SELECT refs.name COLLATE "C" FROM refs
    UNION
    SELECT q.name COLLATE "C"
    FROM quantifiers AS q
    WHERE EXISTS (SELECT FROM closed WHERE closed.name = q.name OR position(closed.name IN q.name) > 0)
    ORDER BY 1
)
$$;

COMMENT ON FUNCTION erp.rule_concealed(jsonb, oid, name) IS
'Names of a bound rule, and its quantifiers by their text, that a role may not be told the values of.';

ALTER FUNCTION erp.rule_concealed(jsonb, oid, name) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_concealed(jsonb, oid, name) FROM PUBLIC;
