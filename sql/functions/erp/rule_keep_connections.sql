-- Most rules read their own row alone, which the engine told (agent.constraint_dependencies); of a rule not in force it tells nothing.
-- An invariant reads rows of its table as erp_owner when another table is written, so on a table of somebody else it needs SELECT.
CREATE OR REPLACE FUNCTION erp.rule_keep_connections(rules bigint[])
RETURNS oid[]
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    before oid[];
BEGIN
    WITH gone AS (
        DELETE FROM agent.constraint_reads AS r
        WHERE r.constraint_id = ANY (rules)
        RETURNING r.relation
    )
    SELECT array_agg(DISTINCT g.relation::oid) INTO before
    FROM gone AS g;
    INSERT INTO agent.constraint_reads (
        constraint_id, ordinal, kind, relation, columns, path, inner_columns, outer_columns, any_row, lock
    )
    SELECT
        c.constraint_id, r.ordinality, r.kind, r.relation, r.columns, r.path, r.inner_columns, r.outer_columns, r.any_row,
        CASE
            -- who writes such a table is both: a shared lock would have to be raised, and two writers would wait for each other
            WHEN (r.kind = 'quantifier' OR c.kind = 'invariant')
                AND coalesce(pg_partition_root(r.relation), r.relation) = coalesce(pg_partition_root(c.target_relation), c.target_relation) THEN 'exclusive'
            WHEN c.kind = 'invariant' THEN 'shared'
        END
    FROM agent.constraints AS c
    CROSS JOIN LATERAL erp.rule_derive_reads(c.constraint_id, c.compiled_ast, c.target_relation) WITH ORDINALITY AS r
    WHERE c.constraint_id = ANY (rules)
    AND (
        NOT c.is_active
        OR c.mode = 'off'
        OR EXISTS (
            SELECT
            FROM agent.constraint_dependencies AS d
            WHERE d.constraint_id = c.constraint_id
            AND d.via <> 'row'
        )
    );
    PERFORM erp.rule_require_select(t.target_relation)
    FROM (
        SELECT DISTINCT c.target_relation
        FROM agent.constraints AS c
        WHERE c.constraint_id = ANY (rules)
        AND c.kind = 'invariant'
    ) AS t;
    RETURN before;
END
$function$;
COMMENT ON FUNCTION erp.rule_keep_connections(bigint[]) IS
'Keeps agent.constraint_reads for rules that were stored, changed or deleted, and tells the tables that it named before.';
ALTER FUNCTION erp.rule_keep_connections(bigint[]) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_keep_connections(bigint[]) FROM PUBLIC;
