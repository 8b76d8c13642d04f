-- Triggers, public views and grants of the rule store.
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
    author, updated_at
FROM agent.constraints;
CREATE OR REPLACE VIEW public.erp_agent_constraint_versions WITH (security_invoker = true) AS
SELECT constraint_id, version, operation, rule, changed_by, approval_id, effective_from, effective_to
FROM agent.constraint_versions;
ALTER VIEW public.erp_agent_constraints OWNER TO erp_owner;
ALTER VIEW public.erp_agent_constraint_versions OWNER TO erp_owner;
COMMENT ON VIEW public.erp_agent_constraints IS
'The rules: insert one and it holds from the next statement on; docs/rules.md has the language.';
COMMENT ON VIEW public.erp_agent_constraint_versions IS 'Every version a rule ever had.';

GRANT SELECT ON public.erp_agent_constraints, public.erp_agent_constraint_versions TO erp_agents, erp_people, erp_gate;
GRANT INSERT, UPDATE, DELETE ON public.erp_agent_constraints TO erp_people;
GRANT SELECT ON agent.constraints, agent.constraint_versions TO erp_agents, erp_people, erp_gate;
GRANT INSERT, UPDATE, DELETE ON agent.constraints TO erp_people;

-- CREATE TRIGGER asks for EXECUTE on its function: erp_gate attaches the gate to tables of other owners.
GRANT EXECUTE ON FUNCTION erp.rule_gate() TO erp_gate;
GRANT EXECUTE ON FUNCTION erp.rule_create_gate(regclass) TO erp_gate;
GRANT EXECUTE ON FUNCTION erp.rule_attach_gate(regclass) TO erp_owner;
GRANT EXECUTE ON FUNCTION erp.approval_apply_rule_change(bigint) TO erp_gate;
GRANT EXECUTE ON FUNCTION erp.propose_rule_change(bigint, jsonb, text) TO erp_agents, erp_people;

-- Judging a rule without storing it is free: it reads with the rights of its caller. The portable engine needs its
-- helpers too, and they exist in that mode only.
DO $grants$
DECLARE
    helper regprocedure;
BEGIN
    FOR helper IN
        SELECT p.oid
        FROM pg_catalog.pg_proc AS p
        WHERE p.pronamespace = 'erp'::pg_catalog.regnamespace
        AND pg_catalog.starts_with(p.proname, 'rule_')
        AND p.proname NOT IN ('rule_gate', 'rule_judge', 'rule_refuse_truncate', 'rule_create_gate', 'rule_attach_gate',
            'rule_write', 'rule_change_approval', 'rule_cache_invalidate')
    LOOP
        -- Dynamic because GRANT takes no parameters; a regprocedure prints as a quoted, qualified signature.
        EXECUTE pg_catalog.format('GRANT EXECUTE ON FUNCTION %s TO erp_agents, erp_people, erp_gate', helper);
    END LOOP;
END
$grants$;
