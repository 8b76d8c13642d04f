-- Runs with the rights of its caller: erp_owner for its own tables, erp_gate (which needs TRIGGER) for all others.
-- ENABLE ALWAYS is the owner's to give; elsewhere the gate sleeps under session_replication_role = replica, which only
-- a superuser can set.
CREATE OR REPLACE FUNCTION erp.rule_create_gate(target regclass)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '2s'
AS $function$
DECLARE
    part regclass;
    is_owner CONSTANT boolean := (
        SELECT pg_has_role(current_user, relowner, 'USAGE')
        FROM pg_class
        WHERE oid = target
    );
BEGIN
    -- Dynamic because DDL takes no parameters; a regclass prints as a quoted, qualified name.
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = target AND tgname = '_500_rule_gate') THEN
        EXECUTE format(
            'CREATE TRIGGER _500_rule_gate AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION erp.rule_gate()',
            target
        );
        IF is_owner THEN
            EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER _500_rule_gate', target);
        END IF;
    END IF;

    -- A TRUNCATE trigger is not inherited: every partition needs its own.
    FOR part IN SELECT target UNION SELECT relid FROM pg_partition_tree(target) LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_trigger WHERE tgrelid = part AND tgname = '_500_rule_gate_truncate');
        EXECUTE format(
            'CREATE TRIGGER _500_rule_gate_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION erp.rule_gate()',
            part
        );
        IF is_owner THEN
            EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER _500_rule_gate_truncate', part);
        END IF;
    END LOOP;
END
$function$;
COMMENT ON FUNCTION erp.rule_create_gate(regclass) IS
'Creates the triggers _500_rule_gate and _500_rule_gate_truncate on a table where they are missing; waits 2 s for its lock.';
ALTER FUNCTION erp.rule_create_gate(regclass) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_create_gate(regclass) FROM PUBLIC;
