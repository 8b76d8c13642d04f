CREATE OR REPLACE FUNCTION erp.constraints_record()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $function$
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO agent.constraint_versions (constraint_id, version, operation, rule)
        VALUES (OLD.constraint_id, OLD.version + 1, TG_OP, to_jsonb(OLD));
        PERFORM erp.rule_keep_referred(OLD.rule_name, TG_OP, is_gone => true);
    ELSIF TG_OP = 'INSERT' OR NEW.version <> OLD.version THEN
        INSERT INTO agent.constraint_versions (constraint_id, version, operation, rule, approval_id)
        VALUES (
            NEW.constraint_id, NEW.version, TG_OP, to_jsonb(NEW),
            CASE TG_OP WHEN 'UPDATE' THEN erp.rule_change_approval(to_jsonb(OLD), to_jsonb(NEW)) END
        );
        IF TG_OP = 'UPDATE' AND NEW.rule_name IS DISTINCT FROM OLD.rule_name THEN
            PERFORM erp.rule_keep_referred(OLD.rule_name, TG_OP, is_gone => true);
        ELSIF TG_OP = 'UPDATE' AND OLD.is_active AND OLD.mode <> 'off' AND (NOT NEW.is_active OR NEW.mode = 'off') THEN
            PERFORM erp.rule_keep_referred(OLD.rule_name, TG_OP, is_gone => false);
        END IF;
    END IF;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.constraints_record() IS
'After a rule is stored, changed or deleted: keeps the version; what others refer to stays under its name.';
ALTER FUNCTION erp.constraints_record() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.constraints_record() FROM PUBLIC;
