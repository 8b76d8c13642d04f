CREATE OR REPLACE FUNCTION erp.rule_lock_row(
    constraint_id bigint,
    image jsonb
)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    slot int;
BEGIN
    FOR slot IN
        SELECT erp.rule_lock_slot(r.ordinal, r.outer_columns, image)
        FROM agent.constraint_reads AS r
        WHERE r.constraint_id = rule_lock_row.constraint_id
        AND r.lock IS NOT NULL
        ORDER BY r.ordinal
    LOOP
        PERFORM erp.rule_lock(constraint_id, slot);
    END LOOP;
END
$$;

COMMENT ON FUNCTION erp.rule_lock_row(bigint, jsonb) IS
'Takes the locks of a rule for a row it is about to judge.';

ALTER FUNCTION erp.rule_lock_row(bigint, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_lock_row(bigint, jsonb) FROM PUBLIC;
