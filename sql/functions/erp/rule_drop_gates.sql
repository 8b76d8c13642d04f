-- Dropping needs the table for itself. When it is busy, or its triggers are still to fire in this transaction, they stay and do nothing.
CREATE OR REPLACE FUNCTION erp.rule_drop_gates(
    target regclass,
    kept_on regclass[],
    kept name[]
)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '20ms'
AS $function$
DECLARE
    spare record;
BEGIN
    FOR spare IN
        SELECT t.tgrelid::regclass AS relation, t.tgname AS trigger_name
        FROM pg_trigger AS t
        WHERE t.tgrelid IN (SELECT target UNION SELECT relid FROM pg_partition_tree(target))
        AND t.tgparentid = 0
        AND (starts_with(t.tgname, '_500_rule_gate_') OR starts_with(t.tgname, '_500_rule_invariant'))
        AND t.tgname <> '_500_rule_gate_truncate'
        AND NOT EXISTS (SELECT FROM unnest(kept_on, kept) AS k (relation, trigger_name) WHERE k.relation = t.tgrelid AND k.trigger_name = t.tgname)
    LOOP
        BEGIN
            -- Dynamic because DDL takes no parameters; a regclass prints as a quoted, qualified name.
            -- DROP TRIGGER does not see that it is still to fire in this transaction; ALTER TABLE does.
            EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', spare.relation, spare.trigger_name);
            EXECUTE format('DROP TRIGGER %I ON %s', spare.trigger_name, spare.relation);
        EXCEPTION
            WHEN lock_not_available OR object_in_use THEN
                RETURN;
        END;
    END LOOP;
END
$function$;
COMMENT ON FUNCTION erp.rule_drop_gates(regclass, regclass[], name[]) IS
'Drops the gates of a table and its partitions but those that the rules need, where they can be dropped at once.';
ALTER FUNCTION erp.rule_drop_gates(regclass, regclass[], name[]) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_drop_gates(regclass, regclass[], name[]) FROM PUBLIC;
