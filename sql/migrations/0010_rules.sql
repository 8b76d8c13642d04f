-- Rules that refer to rules, their timing and kind, what each one reads, and what those in shadow would have refused.
ALTER TABLE agent.constraints
DROP CONSTRAINT constraints_timing_check,
DROP CONSTRAINT constraints_kind_check,
ADD CONSTRAINT constraints_timing_check CHECK (timing IN ('row', 'statement', 'commit')),
ADD CONSTRAINT constraints_kind_check CHECK (kind IN ('guard', 'invariant')),
ADD COLUMN compiled_ast jsonb,
ADD COLUMN description text CHECK (btrim(description) <> '' AND length(description) <= 4000);
-- The row's own triggers see no change in a derived column; the bindings enable them ALWAYS again.
ALTER TABLE agent.constraints DISABLE TRIGGER USER;
UPDATE agent.constraints SET compiled_ast = logic_ast;
ALTER TABLE agent.constraints ENABLE TRIGGER USER;
ALTER TABLE agent.constraints ALTER COLUMN compiled_ast SET NOT NULL;
COMMENT ON COLUMN agent.constraints.timing IS
'row: judged after each row is written; statement: once after the statement; commit: when the transaction commits.';
COMMENT ON COLUMN agent.constraints.kind IS
'guard: judged at the write to its own table; invariant: also when what it reads changes.';
COMMENT ON COLUMN agent.constraints.compiled_ast IS 'The condition with every rule_ref replaced; filled by trigger, read by the engines.';
COMMENT ON COLUMN agent.constraints.description IS 'What the rule is for, in words for people.';

CREATE TABLE agent.constraint_dependencies (
    constraint_id bigint NOT NULL,
    relation regclass NOT NULL,
    column_name name NOT NULL,
    via text NOT NULL DEFAULT '',
    PRIMARY KEY (constraint_id, relation, column_name, via)
);
COMMENT ON TABLE agent.constraint_dependencies IS 'Every column that a rule in force reads, its own table''s included; filled when the rule is stored.';
COMMENT ON COLUMN agent.constraint_dependencies.constraint_id IS 'The rule; no foreign key, which would forbid TRUNCATE before the rules'' own check.';
COMMENT ON COLUMN agent.constraint_dependencies.relation IS 'The table it reads, dumped by name.';
COMMENT ON COLUMN agent.constraint_dependencies.column_name IS 'The column it reads; empty where it only counts rows.';
COMMENT ON COLUMN agent.constraint_dependencies.via IS 'How it comes to it: row, path, or the quantifier.';
CREATE INDEX constraint_dependencies_of_relation ON agent.constraint_dependencies (relation, column_name);

CREATE TABLE agent.constraint_shadow_log (
    shadow_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    constraint_id bigint NOT NULL,
    version int NOT NULL CHECK (version > 0),
    rule_name text NOT NULL,
    operation text NOT NULL CHECK (operation IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')),
    target_table text NOT NULL,
    row_key jsonb,
    code text NOT NULL,
    message text NOT NULL,
    detail jsonb NOT NULL CHECK (jsonb_typeof(detail) = 'object'),
    role_name name NOT NULL DEFAULT session_user,
    logged_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE agent.constraint_shadow_log IS
'What rules of mode shadow would have refused, written in the writer''s transaction; append-only.';
COMMENT ON COLUMN agent.constraint_shadow_log.shadow_id IS 'Identity.';
COMMENT ON COLUMN agent.constraint_shadow_log.constraint_id IS 'The rule; no foreign key, the log stays when a rule goes.';
COMMENT ON COLUMN agent.constraint_shadow_log.version IS 'Its version then.';
COMMENT ON COLUMN agent.constraint_shadow_log.rule_name IS 'Its name then.';
COMMENT ON COLUMN agent.constraint_shadow_log.operation IS 'What was written.';
COMMENT ON COLUMN agent.constraint_shadow_log.target_table IS 'Where, schema-qualified.';
COMMENT ON COLUMN agent.constraint_shadow_log.row_key IS 'Primary key of the written row, when the table has one.';
COMMENT ON COLUMN agent.constraint_shadow_log.code IS 'SQLSTATE of the refusal that was not raised.';
COMMENT ON COLUMN agent.constraint_shadow_log.message IS 'Its message.';
COMMENT ON COLUMN agent.constraint_shadow_log.detail IS 'Its DETAIL: rule, values, failing part, gap.';
COMMENT ON COLUMN agent.constraint_shadow_log.role_name IS 'Session user who wrote.';
COMMENT ON COLUMN agent.constraint_shadow_log.logged_at IS 'When, by the wall clock.';
CREATE INDEX constraint_shadow_log_of_rule ON agent.constraint_shadow_log (constraint_id, logged_at);

-- History is append-only from here on: when a version ends is when the next one begins, and its view says so.
DROP VIEW IF EXISTS public.erp_agent_constraint_versions;
ALTER TABLE agent.constraint_versions DROP COLUMN effective_to;

ALTER TABLE agent.constraint_dependencies OWNER TO erp_owner;
ALTER TABLE agent.constraint_shadow_log OWNER TO erp_owner;
