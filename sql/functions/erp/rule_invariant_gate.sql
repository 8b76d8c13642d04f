-- Whoever writes a row that an invariant reads judges the rows that read it. Both writers take the same lock first: this
-- one alone, by the row before and the row after, in the order of their slots. Rules of timing commit are judged by a trigger of
-- their own, deferred, which fires for every column: what a rule does not read is none of its business.
CREATE OR REPLACE FUNCTION erp.rule_invariant_gate()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET row_security = off
AS $function$
DECLARE
    images jsonb[] := '{}';
    image jsonb;
    rule record;
    slot int;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        PERFORM erp.rule_refuse_emptying(TG_RELID);
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        images := images || erp.rule_record(TG_RELID, OLD);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        images := images || erp.rule_record(TG_RELID, NEW);
    END IF;
    FOR rule IN
        SELECT c.constraint_id, c.mode, c.target_relation, r.ordinal, r.inner_columns, to_jsonb(r) AS read_by
        FROM agent.constraint_reads AS r
        JOIN agent.constraints AS c ON c.constraint_id = r.constraint_id
        WHERE r.relation IN (SELECT TG_RELID UNION SELECT a.relid FROM pg_partition_ancestors(TG_RELID) AS a)
        AND c.is_active
        AND c.mode <> 'off'
        AND c.kind = 'invariant'
        AND c.triggering_operation <> 'DELETE'
        AND (c.timing = 'commit') = (TG_NAME = '_500_rule_invariant_at_commit')
        AND NOT (
            c.timing = 'commit' AND TG_OP = 'UPDATE' AND NOT EXISTS (
                SELECT FROM unnest(r.columns) AS s (name) WHERE images[1] -> s.name IS DISTINCT FROM images[2] -> s.name
            )
        )
        ORDER BY c.constraint_id, r.ordinal
    LOOP
        IF rule.mode = 'enforce' THEN
            FOR slot IN
                SELECT DISTINCT erp.rule_lock_slot(rule.ordinal, rule.inner_columns, i.image) AS of_image
                FROM unnest(images) AS i (image)
                ORDER BY of_image
            LOOP
                PERFORM erp.rule_lock(rule.constraint_id, slot);
            END LOOP;
        END IF;
        FOREACH image IN ARRAY images LOOP
            PERFORM erp.rule_rejudge(
                rule.constraint_id, rule.target_relation,
                erp.rule_candidates(rule.read_by, rule.target_relation, image), TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME
            );
        END LOOP;
    END LOOP;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.rule_invariant_gate() IS
'Trigger function on a table that an invariant reads: judges the rows which a write there can affect, and refuses TRUNCATE.';
ALTER FUNCTION erp.rule_invariant_gate() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_invariant_gate() FROM PUBLIC;
