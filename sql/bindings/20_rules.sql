-- Triggers and public views of the rule store; 60_grants.sql says who may use them.
CREATE OR REPLACE TRIGGER _100_constraints_protect
BEFORE UPDATE OR DELETE ON agent.constraints
FOR EACH ROW EXECUTE FUNCTION erp.constraints_protect();
CREATE OR REPLACE TRIGGER _100_constraints_protect_truncate
BEFORE TRUNCATE ON agent.constraints
FOR EACH STATEMENT EXECUTE FUNCTION erp.constraints_protect();
CREATE OR REPLACE TRIGGER _110_constraints_check
BEFORE INSERT OR UPDATE ON agent.constraints
FOR EACH ROW EXECUTE FUNCTION erp.constraints_check();
CREATE OR REPLACE TRIGGER _600_constraints_record
AFTER INSERT OR UPDATE OR DELETE ON agent.constraints
FOR EACH ROW EXECUTE FUNCTION erp.constraints_record();
CREATE OR REPLACE TRIGGER _610_constraints_wire_insert
AFTER INSERT ON agent.constraints
REFERENCING NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION erp.constraints_wire();
CREATE OR REPLACE TRIGGER _610_constraints_wire_update
AFTER UPDATE ON agent.constraints
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
FOR EACH STATEMENT EXECUTE FUNCTION erp.constraints_wire();
CREATE OR REPLACE TRIGGER _610_constraints_wire_delete
AFTER DELETE ON agent.constraints
REFERENCING OLD TABLE AS before_rows
FOR EACH STATEMENT EXECUTE FUNCTION erp.constraints_wire();
CREATE OR REPLACE TRIGGER _610_constraints_wire_truncate
AFTER TRUNCATE ON agent.constraints
FOR EACH STATEMENT EXECUTE FUNCTION erp.constraints_wire();

-- A restore loads its rows before the trigger exists, too.
CREATE OR REPLACE TRIGGER _150_append_only
BEFORE UPDATE OR DELETE ON agent.constraint_versions
FOR EACH ROW EXECUTE FUNCTION erp.refuse_change('RP509');
CREATE OR REPLACE TRIGGER _150_append_only_truncate
BEFORE TRUNCATE ON agent.constraint_versions
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP509');
CREATE OR REPLACE TRIGGER _150_append_only
BEFORE UPDATE OR DELETE ON agent.constraint_shadow_log
FOR EACH ROW EXECUTE FUNCTION erp.refuse_change('RP509');
CREATE OR REPLACE TRIGGER _150_append_only_truncate
BEFORE TRUNCATE ON agent.constraint_shadow_log
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP509');

-- Also under session_replication_role = replica: a restore loads the rows before the triggers exist.
ALTER TABLE agent.constraints ENABLE ALWAYS TRIGGER _100_constraints_protect;
ALTER TABLE agent.constraints ENABLE ALWAYS TRIGGER _100_constraints_protect_truncate;
ALTER TABLE agent.constraints ENABLE ALWAYS TRIGGER _110_constraints_check;
ALTER TABLE agent.constraints ENABLE ALWAYS TRIGGER _600_constraints_record;
ALTER TABLE agent.constraints ENABLE ALWAYS TRIGGER _610_constraints_wire_insert;
ALTER TABLE agent.constraints ENABLE ALWAYS TRIGGER _610_constraints_wire_update;
ALTER TABLE agent.constraints ENABLE ALWAYS TRIGGER _610_constraints_wire_delete;
ALTER TABLE agent.constraints ENABLE ALWAYS TRIGGER _610_constraints_wire_truncate;
ALTER TABLE agent.constraint_versions ENABLE ALWAYS TRIGGER _150_append_only;
ALTER TABLE agent.constraint_versions ENABLE ALWAYS TRIGGER _150_append_only_truncate;
ALTER TABLE agent.constraint_shadow_log ENABLE ALWAYS TRIGGER _150_append_only;
ALTER TABLE agent.constraint_shadow_log ENABLE ALWAYS TRIGGER _150_append_only_truncate;

-- Whom a login stands for decides which rules bind it.
CREATE OR REPLACE TRIGGER _650_actor_changed AFTER INSERT OR DELETE ON agent.agents
FOR EACH ROW EXECUTE FUNCTION erp.actor_changed();
CREATE OR REPLACE TRIGGER _651_actor_changed AFTER UPDATE ON agent.agents
FOR EACH ROW WHEN ((OLD.database_role, OLD.role_name) IS DISTINCT FROM (NEW.database_role, NEW.role_name))
EXECUTE FUNCTION erp.actor_changed();
CREATE OR REPLACE TRIGGER _650_actor_changed AFTER INSERT OR DELETE ON erp.people
FOR EACH ROW EXECUTE FUNCTION erp.actor_changed();
CREATE OR REPLACE TRIGGER _651_actor_changed AFTER UPDATE ON erp.people
FOR EACH ROW WHEN (OLD.database_role IS DISTINCT FROM NEW.database_role)
EXECUTE FUNCTION erp.actor_changed();
ALTER TABLE agent.agents ENABLE ALWAYS TRIGGER _650_actor_changed;
ALTER TABLE agent.agents ENABLE ALWAYS TRIGGER _651_actor_changed;
ALTER TABLE erp.people ENABLE ALWAYS TRIGGER _650_actor_changed;
ALTER TABLE erp.people ENABLE ALWAYS TRIGGER _651_actor_changed;

CREATE OR REPLACE VIEW public.erp_agent_constraints WITH (security_invoker = true) AS
SELECT
    constraint_id, target_agent_role, target_table, triggering_operation, logic_ast, violation_message, polarity, mode,
    is_active, protected, valid_from, valid_to, version, created_at, rule_name, violation_code, on_unknown, timing, kind,
    author, updated_at, compiled_ast, description
FROM agent.constraints;
CREATE OR REPLACE VIEW public.erp_agent_constraint_versions WITH (security_invoker = true) AS
SELECT
    constraint_id, version, operation, rule, changed_by, approval_id, effective_from,
    CASE
        WHEN operation = 'DELETE' THEN effective_from
        ELSE coalesce(lead(effective_from) OVER (PARTITION BY constraint_id ORDER BY version), 'infinity')
    END AS effective_to
FROM agent.constraint_versions;
CREATE OR REPLACE VIEW public.erp_rule_shadow_log WITH (security_invoker = true) AS
SELECT
    shadow_id, constraint_id, version, rule_name, operation, target_table, row_key, code, message, detail, role_name,
    logged_at
FROM agent.constraint_shadow_log;
ALTER VIEW public.erp_agent_constraints OWNER TO erp_owner;
ALTER VIEW public.erp_agent_constraint_versions OWNER TO erp_owner;
COMMENT ON VIEW public.erp_agent_constraints IS
'The rules: insert one and it holds from the next statement on; docs/rules.md has the language.';
ALTER VIEW public.erp_rule_shadow_log OWNER TO erp_owner;
COMMENT ON VIEW public.erp_agent_constraint_versions IS 'Every version a rule ever had.';
COMMENT ON VIEW public.erp_rule_shadow_log IS 'What rules of mode shadow would have refused.';

-- What rules of an earlier release read. Of one that broke what it read stays on record: erp.check_consistency tells of it, and it fails closed.
SELECT erp.rule_keep_reads(ARRAY(
    SELECT c.constraint_id
    FROM agent.constraints AS c
    WHERE CASE
        WHEN EXISTS (SELECT FROM pg_class AS r WHERE r.oid = c.target_relation)
        THEN NOT EXISTS (SELECT FROM erp.rule_compile_check(c.target_relation, c.triggering_operation, c.compiled_ast))
    END
));
