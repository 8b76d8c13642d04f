-- Which other rows each rule reads, how they are connected to the row it judges, and what is locked for that.
CREATE TABLE agent.constraint_reads (
    constraint_id bigint NOT NULL,
    ordinal int NOT NULL CHECK (ordinal BETWEEN 1 AND 2000000),
    kind text NOT NULL CHECK (kind IN ('path', 'quantifier')),
    relation regclass NOT NULL,
    columns name[] NOT NULL,
    path name[] NOT NULL DEFAULT '{}',
    inner_columns name[] NOT NULL DEFAULT '{}',
    outer_columns name[] NOT NULL DEFAULT '{}',
    any_row boolean NOT NULL DEFAULT false,
    lock text CHECK (lock IN ('shared', 'exclusive')),
    PRIMARY KEY (constraint_id, ordinal),
    CHECK (cardinality(inner_columns) = cardinality(outer_columns))
);
COMMENT ON TABLE agent.constraint_reads IS
'The other rows a rule reads: what invariants are judged again for, and what is locked; filled when the rule is stored.';
COMMENT ON COLUMN agent.constraint_reads.constraint_id IS 'The rule; no foreign key, which would forbid TRUNCATE before the rules'' own check.';
COMMENT ON COLUMN agent.constraint_reads.ordinal IS 'Number within the rule; part of the lock''s key.';
COMMENT ON COLUMN agent.constraint_reads.kind IS 'path: along foreign keys; quantifier: rows of a table.';
COMMENT ON COLUMN agent.constraint_reads.relation IS 'The table it reads, dumped by name.';
COMMENT ON COLUMN agent.constraint_reads.columns IS 'Its columns that count for the rule.';
COMMENT ON COLUMN agent.constraint_reads.path IS 'Foreign-key columns that lead there from the judged row.';
COMMENT ON COLUMN agent.constraint_reads.inner_columns IS 'Columns of the table that equal outer_columns; none: every row may count.';
COMMENT ON COLUMN agent.constraint_reads.outer_columns IS 'Columns of the judged row, in the same order.';
COMMENT ON COLUMN agent.constraint_reads.any_row IS 'The rule reads nothing else of its row, so that one judged row speaks for all with the same outer_columns.';
COMMENT ON COLUMN agent.constraint_reads.lock IS 'Lock that a writer of the judged table takes by outer_columns; a writer of relation takes it exclusively.';
CREATE INDEX constraint_reads_of_relation ON agent.constraint_reads (relation);

-- Portable mode only: writers under one lock change one row, so that of two REPEATABLE READ transactions the second fails.
CREATE TABLE agent.constraint_locks (
    constraint_id bigint NOT NULL,
    slot int NOT NULL,
    taken bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (constraint_id, slot)
) WITH (fillfactor = 50);
COMMENT ON TABLE agent.constraint_locks IS 'What rules lock in portable mode: one row a rule and slot, changed by every writer.';
COMMENT ON COLUMN agent.constraint_locks.constraint_id IS 'The rule.';
COMMENT ON COLUMN agent.constraint_locks.slot IS 'erp.rule_lock_slot() of the value that connects the rows.';
COMMENT ON COLUMN agent.constraint_locks.taken IS 'How often.';

ALTER TABLE agent.constraint_reads OWNER TO erp_owner;
ALTER TABLE agent.constraint_locks OWNER TO erp_owner;
