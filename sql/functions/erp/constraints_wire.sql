-- An invariant reads rows of its table as erp_owner when another table is written, so on a table of somebody else it needs SELECT.
CREATE OR REPLACE FUNCTION erp.constraints_wire()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    needed oid[] := '{}';
    spare oid[] := '{}';
    wired oid;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM agent.constraint_reads;
        spare := ARRAY(SELECT t.tgrelid FROM pg_trigger AS t WHERE starts_with(t.tgname, '_500_rule_'));
    ELSIF TG_OP <> 'INSERT' THEN
        IF TG_OP = 'UPDATE' AND NEW.version = OLD.version AND NEW.compiled_ast = OLD.compiled_ast THEN
            RETURN NULL;
        END IF;
        WITH gone AS (
            DELETE FROM agent.constraint_reads AS r
            WHERE r.constraint_id = OLD.constraint_id
            RETURNING r.relation
        )
        SELECT array_agg(g.relation::oid) || OLD.target_relation::oid INTO spare FROM gone AS g;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        INSERT INTO agent.constraint_reads (
            constraint_id, ordinal, kind, relation, columns, path, inner_columns, outer_columns, any_row, lock
        )
        SELECT
            NEW.constraint_id, row_number() OVER (), r.kind, r.relation, r.columns, r.path, r.inner_columns, r.outer_columns, r.any_row,
            CASE
                -- who writes such a table is both: a shared lock would have to be raised, and two writers would wait for each other
                WHEN (r.kind = 'quantifier' OR NEW.kind = 'invariant')
                    AND coalesce(pg_partition_root(r.relation), r.relation) = coalesce(pg_partition_root(NEW.target_relation), NEW.target_relation) THEN 'exclusive'
                WHEN NEW.kind = 'invariant' THEN 'shared'
            END
        FROM erp.rule_derive_reads(NEW.constraint_id, NEW.compiled_ast, NEW.target_relation) AS r;
        needed := ARRAY[NEW.target_relation::oid];
        IF NEW.kind = 'invariant' THEN
            PERFORM erp.rule_require_select(NEW.target_relation);
            needed := needed || ARRAY(SELECT r.relation::oid FROM agent.constraint_reads AS r WHERE r.constraint_id = NEW.constraint_id);
        END IF;
    END IF;
    -- from a table of somebody else a trigger cannot be taken again
    FOR wired IN
        SELECT c.oid
        FROM pg_class AS c
        WHERE c.oid = ANY (needed)
        OR (c.oid = ANY (spare) AND pg_get_userbyid(c.relowner) = 'erp_owner')
        ORDER BY c.oid
    LOOP
        PERFORM erp.rule_wire(wired);
        PERFORM erp.rule_cache_invalidate(wired);
    END LOOP;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.constraints_wire() IS
'After a rule is stored: keeps what it reads, and attaches and detaches the triggers by which it is judged.';
ALTER FUNCTION erp.constraints_wire() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.constraints_wire() FROM PUBLIC;
