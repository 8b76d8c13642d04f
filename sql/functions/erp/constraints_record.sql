CREATE OR REPLACE FUNCTION erp.constraints_record()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $function$
DECLARE
    written_at CONSTANT timestamptz := clock_timestamp();
    -- A rule of one partition hangs on the root's gate: a second gate of that name could not be cloned past it.
    gated regclass;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        PERFORM erp.rule_cache_invalidate(t.tgrelid) FROM pg_trigger AS t WHERE t.tgname = '_500_rule_gate';
        PERFORM erp.rule_keep_reads(d.constraint_id) FROM agent.constraint_dependencies AS d GROUP BY d.constraint_id;
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        IF TG_OP = 'UPDATE' AND NEW.version = OLD.version THEN
            RETURN NULL;
        END IF;
        PERFORM erp.rule_cache_invalidate(OLD.target_relation);
    END IF;
    IF TG_OP = 'DELETE' THEN
        INSERT INTO agent.constraint_versions (constraint_id, version, operation, rule, effective_from)
        VALUES (OLD.constraint_id, OLD.version + 1, TG_OP, to_jsonb(OLD), written_at);
        PERFORM erp.rule_keep_reads(OLD.constraint_id);
        PERFORM erp.rule_keep_referred(OLD.rule_name, TG_OP, is_gone => true);
        PERFORM erp.rule_touch_dependents(OLD.rule_name);
        RETURN NULL;
    END IF;

    INSERT INTO agent.constraint_versions (constraint_id, version, operation, rule, approval_id, effective_from)
    VALUES (
        NEW.constraint_id, NEW.version, TG_OP, to_jsonb(NEW),
        CASE TG_OP WHEN 'UPDATE' THEN erp.rule_change_approval(to_jsonb(OLD), to_jsonb(NEW)) END,
        written_at
    );
    gated := coalesce(pg_partition_root(NEW.target_relation), NEW.target_relation);
    IF (SELECT pg_get_userbyid(c.relowner) = 'erp_owner' FROM pg_class AS c WHERE c.oid = gated) THEN
        PERFORM erp.rule_create_gate(gated);
    ELSE
        PERFORM erp.rule_attach_gate(gated);
    END IF;
    PERFORM erp.rule_cache_invalidate(NEW.target_relation);
    PERFORM erp.rule_keep_reads(NEW.constraint_id);
    IF TG_OP = 'UPDATE' THEN
        IF NEW.rule_name IS DISTINCT FROM OLD.rule_name THEN
            PERFORM erp.rule_keep_referred(OLD.rule_name, TG_OP, is_gone => true);
        ELSIF OLD.is_active AND OLD.mode <> 'off' AND (NOT NEW.is_active OR NEW.mode = 'off') THEN
            PERFORM erp.rule_keep_referred(OLD.rule_name, TG_OP, is_gone => false);
        END IF;
        PERFORM erp.rule_touch_dependents(OLD.rule_name);
    END IF;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.constraints_record() IS
'After a rule is stored: keeps the version and what it reads, attaches the gate to its table, and makes sessions forget what they compiled.';
ALTER FUNCTION erp.constraints_record() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.constraints_record() FROM PUBLIC;
