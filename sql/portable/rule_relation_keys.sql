-- Only where the column's own equality is the rule language's: not char(n), enums, domains, floats, and no text whose
-- collation takes different strings for equal. Not numeric, which holds NaN and more than 38 digits: errors of every row.
CREATE OR REPLACE FUNCTION erp.rule_relation_keys(
    condition jsonb,
    alias text,
    relation oid
)
RETURNS TABLE (
    column_name name,
    key_type text,
    operand jsonb
)
LANGUAGE sql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
WITH RECURSIVE conjuncts AS (
    SELECT condition AS node
    UNION ALL
    SELECT arg.value
    FROM conjuncts AS c
    CROSS JOIN LATERAL jsonb_array_elements(c.node -> 'args') AS arg
    WHERE c.node ->> 'op' = 'and'
),
pairs AS (
    SELECT c.node -> 'args' -> side.n AS inner_ref, c.node -> 'args' -> (1 - side.n) AS operand
    FROM conjuncts AS c
    CROSS JOIN (VALUES (0), (1)) AS side (n)
    WHERE c.node ->> 'op' = '=='
)
SELECT
    a.attname,
    CASE WHEN t.typname IN ('int2', 'int4') THEN 'int8' WHEN t.typname = 'varchar' THEN 'text' ELSE t.typname::text END,
    p.operand
FROM pairs AS p
JOIN pg_attribute AS a ON a.attrelid = relation AND a.attname = p.inner_ref -> 'path' ->> 0
JOIN pg_type AS t ON t.oid = a.atttypid AND t.typnamespace = 'pg_catalog'::regnamespace
LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
WHERE p.inner_ref ->> 'op' = 'ref'
AND p.inner_ref ->> 'scope' = alias
AND p.inner_ref ->> 'type' <> 'json'
AND p.inner_ref -> 'hops' = '[]'
AND NOT p.operand @? format('strict $.** ? (@.scope == %s)', to_json(alias))::jsonpath
AND t.typname IN ('int2', 'int4', 'int8', 'text', 'varchar', 'bool', 'date', 'timestamp', 'timestamptz', 'uuid')
AND coalesce(l.collisdeterministic, true)
$$;

COMMENT ON FUNCTION erp.rule_relation_keys(jsonb, text, oid) IS
'The columns that a quantifier''s "where" compares with something outside, as far as SQL may compare them.';

ALTER FUNCTION erp.rule_relation_keys(jsonb, text, oid) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_relation_keys(jsonb, text, oid) FROM PUBLIC;
