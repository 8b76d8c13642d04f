CREATE OR REPLACE FUNCTION erp.rule_base_column(
    type_id oid,
    typmod int,
    OUT base oid,
    OUT base_typmod int,
    OUT scale int
)
LANGUAGE sql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
WITH RECURSIVE step AS (
    SELECT type_id AS id, typmod AS modifier, 0 AS n
    UNION ALL
    SELECT t.typbasetype, t.typtypmod, step.n + 1
    FROM step
    JOIN pg_type AS t ON t.oid = step.id AND t.typtype = 'd'
)
SELECT
    id,
    modifier,
    CASE
        WHEN id IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) THEN 0
        WHEN id = 'numeric'::regtype AND modifier >= 4 THEN (modifier - 4) & 2047
    END
FROM step
ORDER BY n DESC
LIMIT 1
$$;

COMMENT ON FUNCTION erp.rule_base_column(oid, int) IS
'The type and type modifier behind the domains of a column, and its decimals where they are fixed.';

ALTER FUNCTION erp.rule_base_column(oid, int) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_base_column(oid, int) FROM PUBLIC;
