-- The row gate and the gate of TRUNCATE stay once a rule was stored; all others come and go with the rules that need them.
-- A statement trigger is not inherited: every partition needs its own.
CREATE OR REPLACE FUNCTION erp.rule_gate_triggers(root regclass)
RETURNS TABLE (
    relation regclass,
    trigger_name name,
    definition text,
    arguments text
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
AS $function$
#variable_conflict use_column
DECLARE
    tree CONSTANT regclass[] := ARRAY(SELECT root UNION SELECT relid FROM pg_partition_tree(root));
    timings text[];
    read_columns name[];
    is_early boolean;
    is_late boolean;
BEGIN
    IF EXISTS (SELECT FROM agent.constraints AS c WHERE c.target_relation = ANY (tree)) THEN
        RETURN QUERY
        SELECT root, '_500_rule_gate'::name, 'AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION erp.rule_gate()', ''
        UNION ALL
        SELECT t, '_500_rule_gate_truncate', 'BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION erp.rule_gate()', ''
        FROM unnest(tree) AS t;
    END IF;
    timings := ARRAY(
        SELECT DISTINCT c.timing
        FROM agent.constraints AS c
        WHERE c.target_relation = ANY (tree)
        AND c.timing IN ('statement', 'commit')
        AND c.is_active
        AND c.mode <> 'off'
    );
    IF 'statement' = ANY (timings) THEN
        RETURN QUERY
        SELECT t, ('_500_rule_gate_on_' || s.operation)::name, s.definition, ''
        FROM unnest(tree) AS t
        CROSS JOIN (VALUES
            ('insert', 'AFTER INSERT ON %s REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION erp.rule_gate_statement()'),
            ('update', 'AFTER UPDATE ON %s REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION erp.rule_gate_statement()'),
            ('delete', 'AFTER DELETE ON %s REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION erp.rule_gate_statement()')
        ) AS s (operation, definition);
    END IF;
    IF 'commit' = ANY (timings) THEN
        RETURN QUERY
        SELECT
            root, '_500_rule_gate_at_commit'::name,
            'AFTER INSERT OR UPDATE OR DELETE ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION erp.rule_gate_commit()', '';
    END IF;

    SELECT
        array_agg(DISTINCT n.name ORDER BY n.name) FILTER (WHERE n.name IS NOT NULL AND c.timing <> 'commit'),
        bool_or(c.timing <> 'commit'),
        bool_or(c.timing = 'commit')
    INTO read_columns, is_early, is_late
    FROM agent.constraint_reads AS r
    JOIN agent.constraints AS c ON c.constraint_id = r.constraint_id
    LEFT JOIN LATERAL unnest(r.columns) AS n (name) ON true
    WHERE r.relation = ANY (tree)
    AND c.kind = 'invariant'
    AND c.is_active
    AND c.mode <> 'off'
    HAVING count(*) > 0;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT root, '_500_rule_invariant'::name, 'AFTER INSERT OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION erp.rule_invariant_gate()', ''
    WHERE is_early
    UNION ALL
    SELECT
        root, '_500_rule_invariant_at_commit',
        'AFTER INSERT OR UPDATE OR DELETE ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION erp.rule_invariant_gate()', ''
    WHERE is_late
    UNION ALL
    SELECT t, '_500_rule_invariant_truncate', 'BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION erp.rule_invariant_gate()', ''
    FROM unnest(tree) AS t
    UNION ALL
    -- a write that changes nothing a rule reads is none of its business
    SELECT
        root, '_500_rule_invariant_update',
        'AFTER UPDATE ON %s FOR EACH ROW '
        || CASE
            WHEN EXISTS (
                SELECT
                FROM pg_attribute AS a
                LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
                WHERE a.attrelid = root
                AND a.attname = ANY (read_columns)
                AND (
                    (
                        erp.rule_key_class(a.atttypid) IS NULL
                        AND a.atttypid NOT IN ('timestamp'::regtype, 'timestamptz'::regtype, 'jsonb'::regtype, 'bpchar'::regtype)
                    )
                    -- to such a collation different texts may be equal, to a rule they never are
                    OR NOT l.collisdeterministic
                )
            ) THEN ''
            ELSE replace(format('WHEN ((%s) IS DISTINCT FROM (%s)) ', c.before, c.after), '%', '%%')
        END
        || 'EXECUTE FUNCTION erp.rule_invariant_gate(%L)',
        array_to_string(read_columns, ',')
    FROM (
        SELECT
            string_agg(format('OLD.%I', n.name), ', ' ORDER BY n.name) AS before,
            string_agg(format('NEW.%I', n.name), ', ' ORDER BY n.name) AS after
        FROM unnest(read_columns) AS n (name)
    ) AS c
    WHERE read_columns IS NOT NULL;
END
$function$;
COMMENT ON FUNCTION erp.rule_gate_triggers(regclass) IS
'The triggers that the rules need on a table and its partitions: each with the rest of its definition and its argument.';
ALTER FUNCTION erp.rule_gate_triggers(regclass) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_gate_triggers(regclass) FROM PUBLIC;
