CREATE OR REPLACE FUNCTION erp.rule_reads(
    target regclass,
    operation text,
    ast jsonb
)
RETURNS TABLE (
    relation regclass,
    column_name name,
    via text
)
LANGUAGE sql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
WITH bound AS (
    SELECT erp.rule_bind_top(ast, target, operation, '{}') AS rule
),
refs AS (
    SELECT
        ref,
        coalesce((ref ->> 'relation')::oid, target) AS start,
        coalesce(ref ->> 'via', 'row') AS via
    FROM bound
    CROSS JOIN LATERAL jsonb_path_query(bound.rule, 'strict $.** ? (@.op == "ref")') AS ref
    -- an element of a list is read with its list
    WHERE (ref ? 'relation' OR NOT ref ? 'scope')
    AND ref ->> 'root' NOT IN ('agent', 'tx')
)
SELECT r.start::regclass, (r.ref -> 'path' ->> 0)::name, r.via
FROM refs AS r
UNION
SELECT (hop ->> 'relation')::oid::regclass, hop_column.name::name, 'path'
FROM refs AS r
CROSS JOIN LATERAL jsonb_array_elements(r.ref -> 'hops') AS hop
CROSS JOIN LATERAL (VALUES (hop ->> 'key'), (hop ->> 'column')) AS hop_column (name)
UNION
-- a table whose rows are only counted
SELECT (quantifier -> 'source' ->> 'table')::oid::regclass, NULL, quantifier ->> 'op'
FROM bound
CROSS JOIN LATERAL jsonb_path_query(bound.rule, 'strict $.** ? (exists(@.source.table))') AS quantifier
WHERE NOT EXISTS (
    SELECT
    FROM refs AS r
    WHERE r.ref ->> 'relation' = quantifier -> 'source' ->> 'table'
    AND r.via = quantifier ->> 'op'
)
ORDER BY 1, 2, 3
$$;

COMMENT ON FUNCTION erp.rule_reads(regclass, text, jsonb) IS
'Every column a rule reads: of its own table (via row), over foreign keys (path), and of the tables of its quantifiers (via exists, sum, ...).';

ALTER FUNCTION erp.rule_reads(regclass, text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_reads(regclass, text, jsonb) FROM PUBLIC;
