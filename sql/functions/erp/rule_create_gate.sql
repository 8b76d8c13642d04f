-- Runs with the rights of its caller: erp_owner for its own tables, erp_gate (which needs TRIGGER) for all others.
-- ENABLE ALWAYS is the owner's to give; elsewhere the gate sleeps under session_replication_role = replica, which only
-- a superuser can set. Only the owner can drop a trigger, too: one that is no longer needed does nothing.
CREATE OR REPLACE FUNCTION erp.rule_create_gate(target regclass)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '2s'
AS $function$
DECLARE
    is_owner CONSTANT boolean := (
        SELECT pg_has_role(current_user, relowner, 'USAGE')
        FROM pg_class
        WHERE oid = target
    );
    needed record;
    kept_on regclass[] := '{}';
    kept name[] := '{}';
    found_arguments text;
    is_constraint boolean;
BEGIN
    -- @plpgsql_check_options: security_warnings = off
    FOR needed IN SELECT * FROM erp.rule_gate_triggers(target) LOOP
        kept_on := kept_on || needed.relation;
        kept := kept || needed.trigger_name;
        SELECT replace(encode(t.tgargs, 'escape'), '\000', '') INTO found_arguments
        FROM pg_trigger AS t
        WHERE t.tgrelid = needed.relation
        AND t.tgname = needed.trigger_name;
        CONTINUE WHEN found_arguments = needed.arguments;
        is_constraint := needed.trigger_name IN ('_500_rule_gate_at_commit', '_500_rule_invariant_at_commit');
        -- Dynamic because DDL takes no parameters; a regclass prints as a quoted, qualified name. What follows it is made by
        -- erp.rule_gate_triggers of literals and %I, which the checker cannot know.
        EXECUTE format(
            'CREATE %s TRIGGER %I ' || needed.definition,
            CASE WHEN is_constraint THEN 'CONSTRAINT' WHEN found_arguments IS NULL THEN '' ELSE 'OR REPLACE' END,
            needed.trigger_name, needed.relation, needed.arguments
        );
        IF is_owner THEN
            EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', needed.relation, needed.trigger_name);
        END IF;
    END LOOP;
    IF is_owner THEN
        PERFORM erp.rule_drop_gates(target, kept_on, kept);
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.rule_create_gate(regclass) IS
'Brings the triggers of a table and its partitions in line with what the rules need; waits 2 s for its locks.';
ALTER FUNCTION erp.rule_create_gate(regclass) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_create_gate(regclass) FROM PUBLIC;
