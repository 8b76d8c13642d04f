-- How a quantifier finds its rows: the columns that its where ties to the row at hand by ==, and whether an index begins with one.
CREATE OR REPLACE FUNCTION erp.rule_relation_reading(
    quantifier jsonb,
    OUT relation regclass,
    OUT columns text,
    OUT indexed boolean,
    OUT rows_read numeric
)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    alias CONSTANT text := quantifier ->> 'as';
    tied text[];
    whole boolean;
BEGIN
    relation := erp.rule_target(quantifier ->> 'in');
    SELECT array_agg(DISTINCT substr(n.own, length(alias) + 2)) INTO tied
    FROM (
        SELECT own.name AS own, tree.first_child[e.i] * 2 + 1 - own.i AS beside, tree.name AS names
        FROM erp.rule_tree(quantifier -> 'where') AS tree
        CROSS JOIN LATERAL generate_subscripts(tree.op, 1) AS e (i)
        CROSS JOIN LATERAL generate_series(tree.first_child[e.i], tree.first_child[e.i] + 1) AS c (i)
        CROSS JOIN LATERAL (SELECT c.i, tree.name[c.i] AS name) AS own
        WHERE tree.op[e.i] = '=='
        AND (e.i = 1 OR tree.parent[e.i] = 1 AND tree.op[1] = 'and')
    ) AS n
    WHERE starts_with(n.own, alias || '.')
    AND position('.' IN substr(n.own, length(alias) + 2)) = 0
    AND NOT coalesce(starts_with(n.names[n.beside], alias || '.'), false);
    columns := (SELECT string_agg(quote_ident(c), ', ') FROM unnest(tied) AS c);

    SELECT
        coalesce(bool_or(tied @> k.keys[:1]), false),
        coalesce(bool_or(x.indisunique AND tied @> k.keys), false)
    INTO indexed, whole
    FROM pg_index AS x
    CROSS JOIN LATERAL (
        SELECT array_agg(a.attname::text ORDER BY p.n) AS keys
        FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS p (attnum, n)
        JOIN pg_attribute AS a ON a.attrelid = x.indrelid AND a.attnum = p.attnum
        WHERE p.n <= x.indnkeyatts
    ) AS k
    WHERE x.indrelid = relation
    AND x.indisvalid
    AND x.indpred IS NULL
    AND x.indexprs IS NULL;

    SELECT greatest(c.reltuples::numeric, 0) + coalesce((
        SELECT sum(greatest(p.reltuples::numeric, 0))
        FROM pg_partition_tree(c.oid) AS t
        JOIN pg_class AS p ON p.oid = t.relid
        WHERE t.isleaf
        AND t.relid <> c.oid
    ), 0) INTO rows_read
    FROM pg_class AS c
    WHERE c.oid = relation;
    -- How many rows share a key is not known here: their square root is between one and all.
    rows_read := CASE WHEN whole THEN 1 WHEN indexed THEN sqrt(rows_read) ELSE rows_read END;
EXCEPTION
    WHEN SQLSTATE 'RP106' THEN
        relation := NULL;
END
$function$;
COMMENT ON FUNCTION erp.rule_relation_reading(jsonb) IS
'The relation of a quantifier, the columns its where ties to the row at hand, and how many rows it reads.';
ALTER FUNCTION erp.rule_relation_reading(jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_relation_reading(jsonb) FROM PUBLIC;
