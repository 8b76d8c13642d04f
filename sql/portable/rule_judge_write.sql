-- The rules are read for every row under a fresh snapshot. Rules of a partitioned table hold in its partitions. A partition
-- that was made after a rule of timing statement has no statement trigger of its own, and the root's does not fire when it
-- is written to directly: there, and for a rule of one partition, its rows are judged one by one.
CREATE OR REPLACE FUNCTION erp.rule_judge_write(
    relation oid,
    operation text,
    moment text,
    before jsonb,
    after jsonb
)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    actor CONSTANT jsonb := erp.actor();
    image CONSTANT jsonb := coalesce(after, before);
    rule record;
    context jsonb;
    place record;
BEGIN
    SELECT
        c.relname, c.relnamespace::regnamespace::text AS nspname,
        c.relispartition AND NOT EXISTS (
            SELECT FROM pg_trigger AS t WHERE t.tgrelid = c.oid AND t.tgname = '_500_rule_gate_on_insert'
        ) AS is_late INTO place
    FROM pg_class AS c
    WHERE c.oid = relation;
    FOR rule IN
        SELECT c.*
        FROM agent.constraints AS c
        JOIN pg_class AS r ON r.oid = c.target_relation
        WHERE c.target_relation = ANY (
            SELECT relation
            UNION
            SELECT a.relid
            FROM pg_partition_ancestors(relation) AS a
        )
        AND c.is_active
        AND c.mode <> 'off'
        AND (c.mode = 'shadow' OR actor ->> 'kind' IS DISTINCT FROM 'break_glass')
        AND moment = CASE WHEN c.timing = 'statement' AND (r.relispartition OR (place.is_late AND moment = 'row')) THEN 'row' ELSE c.timing END
        AND c.triggering_operation IN ('*', operation)
        AND c.target_agent_role IN ('*', actor ->> 'role_name')
        AND c.valid_from <= erp.now()
        AND c.valid_to > erp.now()
        ORDER BY c.constraint_id
    LOOP
        IF rule.mode = 'enforce' THEN
            PERFORM erp.rule_lock_row(rule.constraint_id, image);
        END IF;
        context := coalesce(context, jsonb_build_object(
            'old', before,
            'agent', actor,
            'tx', jsonb_build_object('now', erp.now(), 'today', erp.today(), 'operation', operation, 'user', session_user)
        ));
        IF rule.mode = 'shadow' THEN
            PERFORM erp.rule_judge_shadow(to_jsonb(rule), image, context, relation, place.nspname, place.relname);
        ELSE
            PERFORM erp.rule_judge(to_jsonb(rule), image, context, relation, place.nspname, place.relname);
        END IF;
    END LOOP;
END
$$;

COMMENT ON FUNCTION erp.rule_judge_write(oid, text, text, jsonb, jsonb) IS
'Judges one written row by the rules of a timing: returns, or raises the refusal.';

ALTER FUNCTION erp.rule_judge_write(oid, text, text, jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_judge_write(oid, text, text, jsonb, jsonb) FROM PUBLIC;
