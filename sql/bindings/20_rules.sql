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

-- Also under session_replication_role = replica: a restore loads the rows before the triggers exist.
ALTER TABLE agent.constraints ENABLE ALWAYS TRIGGER _100_constraints_protect;
ALTER TABLE agent.constraints ENABLE ALWAYS TRIGGER _100_constraints_protect_truncate;
ALTER TABLE agent.constraints ENABLE ALWAYS TRIGGER _110_constraints_check;
ALTER TABLE agent.constraints ENABLE ALWAYS TRIGGER _600_constraints_record;

CREATE OR REPLACE VIEW public.erp_agent_constraints WITH (security_invoker = true) AS
SELECT
    constraint_id, target_agent_role, target_table, triggering_operation, logic_ast, violation_message, polarity, mode,
    is_active, protected, valid_from, valid_to, version, created_at, rule_name, violation_code, on_unknown, timing, kind,
    author, updated_at, compiled_ast, description
FROM agent.constraints;
CREATE OR REPLACE VIEW public.erp_agent_constraint_versions WITH (security_invoker = true) AS
SELECT constraint_id, version, operation, rule, changed_by, approval_id, effective_from, effective_to
FROM agent.constraint_versions;
ALTER VIEW public.erp_agent_constraints OWNER TO erp_owner;
ALTER VIEW public.erp_agent_constraint_versions OWNER TO erp_owner;
COMMENT ON VIEW public.erp_agent_constraints IS
'The rules: insert one and it holds from the next statement on; docs/rules.md has the language.';
COMMENT ON VIEW public.erp_agent_constraint_versions IS 'Every version a rule ever had.';
