-- The row gate and the gate of TRUNCATE stay once a rule was stored; all others come and go with the rules that need them.
-- A statement trigger is not inherited: every partition needs its own.
CREATE OR REPLACE FUNCTION erp.rule_gate_triggers(root regclass)
RETURNS TABLE (
    relation regclass,
    trigger_name name,
    definition text,
    arguments text
)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
WITH tree AS (
    SELECT root AS relation
    UNION
    SELECT relid FROM pg_partition_tree(root)
),
rules AS MATERIALIZED (
    SELECT c.* FROM agent.constraints AS c WHERE c.is_active AND c.mode <> 'off'
),
reads AS MATERIALIZED (
    SELECT r.relation, r.columns
    FROM agent.constraint_reads AS r
    JOIN rules AS c ON c.constraint_id = r.constraint_id AND c.kind = 'invariant'
    WHERE r.relation IN (SELECT t.relation FROM tree AS t)
),
read_columns AS (
    SELECT
        string_agg(s.name, ',' ORDER BY s.name) AS names,
        string_agg(format('OLD.%I', s.name), ', ' ORDER BY s.name) AS before,
        string_agg(format('NEW.%I', s.name), ', ' ORDER BY s.name) AS after
    FROM (SELECT DISTINCT unnest(r.columns) AS name FROM reads AS r) AS s
)
SELECT root, '_500_rule_gate', 'AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION erp.rule_gate()', ''
WHERE EXISTS (SELECT FROM agent.constraints AS c WHERE c.target_relation IN (SELECT t.relation FROM tree AS t))
UNION ALL
SELECT t.relation, '_500_rule_gate_truncate', 'BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION erp.rule_gate()', ''
FROM tree AS t
WHERE EXISTS (SELECT FROM agent.constraints AS c WHERE c.target_relation IN (SELECT t.relation FROM tree AS t))
UNION ALL
SELECT t.relation, '_500_rule_gate_on_' || s.operation, s.definition, ''
FROM tree AS t
CROSS JOIN (VALUES
    ('insert', 'AFTER INSERT ON %s REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION erp.rule_gate_statement()'),
    ('update', 'AFTER UPDATE ON %s REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION erp.rule_gate_statement()'),
    ('delete', 'AFTER DELETE ON %s REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION erp.rule_gate_statement()')
) AS s (operation, definition)
WHERE EXISTS (SELECT FROM rules AS c WHERE c.timing = 'statement' AND c.target_relation IN (SELECT u.relation FROM tree AS u))
UNION ALL
SELECT
    root, '_500_rule_gate_at_commit',
    'AFTER INSERT OR UPDATE OR DELETE ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION erp.rule_gate_commit()', ''
WHERE EXISTS (SELECT FROM rules AS c WHERE c.timing = 'commit' AND c.target_relation IN (SELECT t.relation FROM tree AS t))
UNION ALL
SELECT root, '_500_rule_invariant', 'AFTER INSERT OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION erp.rule_invariant_gate()', ''
WHERE EXISTS (SELECT FROM reads)
UNION ALL
-- a write that changes nothing a rule reads is none of its business
SELECT
    root, '_500_rule_invariant_update',
    'AFTER UPDATE ON %s FOR EACH ROW '
    || CASE
        WHEN EXISTS (
            SELECT
            FROM reads AS r
            JOIN pg_attribute AS a ON a.attrelid = r.relation AND a.attname = ANY (r.columns)
            LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
            WHERE (
                erp.rule_key_class(a.atttypid) IS NULL
                AND a.atttypid NOT IN ('timestamp'::regtype, 'timestamptz'::regtype, 'jsonb'::regtype, 'bpchar'::regtype)
            )
            -- to such a collation different texts may be equal, to a rule they never are
            OR NOT l.collisdeterministic
        ) THEN ''
        ELSE replace(format('WHEN ((%s) IS DISTINCT FROM (%s)) ', c.before, c.after), '%', '%%')
    END
    || 'EXECUTE FUNCTION erp.rule_invariant_gate(%L)',
    c.names
FROM read_columns AS c
WHERE c.names IS NOT NULL
UNION ALL
SELECT t.relation, '_500_rule_invariant_truncate', 'BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION erp.rule_invariant_gate()', ''
FROM tree AS t
WHERE EXISTS (SELECT FROM reads)
$function$;
COMMENT ON FUNCTION erp.rule_gate_triggers(regclass) IS
'The triggers that the rules need on a table and its partitions: each with the rest of its definition and its argument.';
ALTER FUNCTION erp.rule_gate_triggers(regclass) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_gate_triggers(regclass) FROM PUBLIC;
