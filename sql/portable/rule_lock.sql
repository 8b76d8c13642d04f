-- No lock alone stops a REPEATABLE READ transaction that cannot see what the first did; changing the same row does.
CREATE OR REPLACE FUNCTION erp.rule_lock(
    constraint_id bigint,
    slot int
)
RETURNS void
LANGUAGE sql
VOLATILE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    INSERT INTO agent.constraint_locks AS l (constraint_id, slot)
    VALUES (rule_lock.constraint_id, rule_lock.slot)
    ON CONFLICT ON CONSTRAINT constraint_locks_pkey DO UPDATE SET taken = l.taken + 1
$$;

COMMENT ON FUNCTION erp.rule_lock(bigint, int) IS
'Locks a slot of a rule until the transaction ends; of two REPEATABLE READ transactions the second fails with 40001.';

ALTER FUNCTION erp.rule_lock(bigint, int) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_lock(bigint, int) FROM PUBLIC;
