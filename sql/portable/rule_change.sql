-- The smallest change of one value of the written row that lets the rule pass: each column in each comparison of the part that
-- failed is solved for, and every value is judged by the whole rule, facts and all; of an UPDATE first those that it changed. The
-- native engine does the same.
CREATE OR REPLACE FUNCTION erp.rule_change(
    bound jsonb,
    part jsonb,
    rule jsonb,
    relation oid,
    env jsonb
)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    most_items CONSTANT int := 16;
    is_update CONSTANT boolean := env -> 'tx' ->> 'operation' = 'UPDATE';
    changed_only boolean;
    proposal record;
    verdict jsonb;
BEGIN
    IF env -> 'tx' ->> 'operation' = 'DELETE' THEN
        RETURN NULL;
    END IF;
    FOREACH changed_only IN ARRAY CASE WHEN is_update THEN ARRAY[true, false] ELSE ARRAY[false] END LOOP
        FOR proposal IN
            WITH items AS (
                SELECT pair.value AS pair, pair.n, col.*
                FROM ROWS FROM (erp.rule_change_pairs(part -> 'node', (part ->> 'wanted')::boolean, env)) WITH ORDINALITY AS pair (value, n)
                CROSS JOIN LATERAL erp.rule_change_columns(pair.value, bound, relation, env) AS col
                WHERE NOT changed_only
                OR env -> 'row' -> col.name <> env -> 'old' -> col.name
                ORDER BY pair.n, col.number
                LIMIT most_items
            )
            SELECT
                i.name, i.number, v.value,
                abs(erp.rule_units(i.type, v.value #>> '{}') - erp.rule_units(i.type, env -> 'row' ->> i.name))
                / CASE WHEN i.type LIKE 'timestamp%' THEN 86400000000 ELSE 1 END AS distance
            FROM items AS i
            CROSS JOIN LATERAL ROWS FROM (erp.rule_change_values(i.pair, i.name, i.type, i.scale, env)) WITH ORDINALITY AS v (value, n)
            WHERE v.value IS NOT NULL
            AND v.value <> 'null'
            ORDER BY distance, i.number, i.n, v.n
        LOOP
            CONTINUE WHEN NOT erp.rule_column_holds(relation, proposal.number, proposal.value #>> '{}');
            verdict := erp.rule_eval(bound, erp.rule_change_env(env, proposal.name, proposal.value));
            CONTINUE WHEN verdict ? 'error';
            IF verdict -> 'value' = to_jsonb(rule ->> 'polarity' = 'require')
                OR (verdict -> 'value' = 'null' AND rule ->> 'on_unknown' = 'allow') THEN
                RETURN jsonb_build_object('field', proposal.name, 'to', proposal.value);
            END IF;
        END LOOP;
    END LOOP;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION erp.rule_change(jsonb, jsonb, jsonb, oid, jsonb) IS
'What one value of the written row would have to be for a violated rule to pass: {"field", "to"}, or NULL.';

ALTER FUNCTION erp.rule_change(jsonb, jsonb, jsonb, oid, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_change(jsonb, jsonb, jsonb, oid, jsonb) FROM PUBLIC;
