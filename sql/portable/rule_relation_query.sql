-- The statement that reads the rows of a quantifier's table: the columns it names, as rule_record reads them. Conditions
-- `e.column == something outside` of "where" go into the statement, so that an index serves; they are judged again with the
-- others. Dynamic because the rule names the table; every part is an identifier read from the catalog, and what columns are
-- compared with stands in $2.
CREATE OR REPLACE FUNCTION erp.rule_relation_query(
    node jsonb,
    env jsonb,
    OUT query text,
    OUT keys text[]
)
LANGUAGE plpgsql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    relation CONSTANT oid := (node -> 'source' ->> 'table')::oid;
    columns text;
    conditions text := 'true';
    pair record;
    outcome jsonb;
BEGIN
    SELECT string_agg(format(
        CASE
            WHEN erp.rule_is_plain_type(a.atttypid) THEN 't.%1$I'
            ELSE 'CASE WHEN num_nulls(t.%1$I) = 0 THEN format(''%%s'', t.%1$I) END AS %1$I'
        END,
        a.attname
    ), ', ') INTO columns
    FROM pg_attribute AS a
    WHERE a.attrelid = relation
    AND a.attname IN (
        SELECT ref -> 'path' ->> 0
        FROM jsonb_path_query(node, 'strict $.** ? (@.op == "ref")') AS ref
        WHERE ref ->> 'scope' = node ->> 'alias'
    );

    keys := '{}';
    FOR pair IN SELECT * FROM erp.rule_relation_keys(node -> 'where', node ->> 'alias', relation) LOOP
        outcome := erp.rule_eval(pair.operand, env);
        CONTINUE WHEN outcome ? 'error';
        keys := keys || (outcome ->> 'value');
        conditions := conditions || CASE
            WHEN pair.key_type <> 'int8' THEN format(' AND t.%I = ($2)[%s]::%s', pair.column_name, cardinality(keys), pair.key_type)
            WHEN (outcome ->> 'value')::numeric % 1 = 0 AND abs((outcome ->> 'value')::numeric) < 9e18 THEN
                format(' AND t.%I = ($2)[%s]::numeric::int8', pair.column_name, cardinality(keys))
            ELSE ' AND false'
        END;
    END LOOP;

    query := format('FROM %s AS t WHERE %s', relation::regclass, conditions);
    query := CASE
        WHEN columns IS NULL THEN 'SELECT ''{"value": {}}''::jsonb ' || query
        ELSE format('SELECT jsonb_build_object(''value'', to_jsonb(r.*)) FROM (SELECT %s %s) AS r', columns, query)
    END;
END
$$;

COMMENT ON FUNCTION erp.rule_relation_query(jsonb, jsonb) IS
'The statement that reads the rows a bound quantifier ranges over, and the texts its $2 holds.';

ALTER FUNCTION erp.rule_relation_query(jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_relation_query(jsonb, jsonb) FROM PUBLIC;
