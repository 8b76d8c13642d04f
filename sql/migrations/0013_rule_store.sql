-- What storing a rule looks up among thousands of others is found by index, and the triggers are brought in line once a statement.
CREATE INDEX constraints_of_timing ON agent.constraints (target_relation, timing);
CREATE INDEX constraints_invariant ON agent.constraints (constraint_id) WHERE kind = 'invariant';
CREATE INDEX constraints_referring ON agent.constraints (constraint_id) WHERE logic_ast::text LIKE '%{"rule\_ref": "%';

-- What the bindings made of earlier releases.
DROP TRIGGER IF EXISTS _600_constraints_record_truncate ON agent.constraints;
DROP TRIGGER IF EXISTS _610_constraints_wire ON agent.constraints;
