-- The audit chain: leaves written in the transaction of what they tell of, sealed afterwards into one chain and one Merkle tree.
-- Owned by erp_ledger, who cannot log in; written by trigger functions alone. No foreign key leads here: what is audited may go.
CREATE TABLE erp.audit_identity (
    is_singleton boolean PRIMARY KEY DEFAULT true CHECK (is_singleton),
    ledger uuid NOT NULL DEFAULT gen_random_uuid(),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE erp.audit_identity IS 'Which ledger this is: one row, part of every leaf.';
COMMENT ON COLUMN erp.audit_identity.is_singleton IS 'Always true: there is one row.';
COMMENT ON COLUMN erp.audit_identity.ledger IS 'Identity of the ledger, also after a restore.';
COMMENT ON COLUMN erp.audit_identity.created_at IS 'When it began.';
INSERT INTO erp.audit_identity DEFAULT VALUES;

CREATE TABLE erp.audit_layouts (
    layout_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_name text COLLATE "C" NOT NULL,
    columns text[] NOT NULL,
    types text[] NOT NULL,
    fills text[] NOT NULL,
    layout_hash bytea NOT NULL UNIQUE CHECK (octet_length(layout_hash) = 32),
    first_seen timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (cardinality(columns) = cardinality(types) AND cardinality(columns) = cardinality(fills))
);
COMMENT ON TABLE erp.audit_layouts IS 'Which columns a row image has, in order. A table that gets or loses a column has a new layout.';
COMMENT ON COLUMN erp.audit_layouts.layout_id IS 'Identity inside the database.';
COMMENT ON COLUMN erp.audit_layouts.table_name IS 'Table, schema-qualified.';
COMMENT ON COLUMN erp.audit_layouts.columns IS 'Names of its columns in their order.';
COMMENT ON COLUMN erp.audit_layouts.types IS 'Base type of each; qualified unless of pg_catalog.';
COMMENT ON COLUMN erp.audit_layouts.fills IS 'What a row older than the column holds in it, as text; NULL for null.';
COMMENT ON COLUMN erp.audit_layouts.layout_hash IS 'SHA-256 of table, columns and types: what a leaf names.';
COMMENT ON COLUMN erp.audit_layouts.first_seen IS 'When it came into use.';
CREATE INDEX audit_layouts_table ON erp.audit_layouts (table_name, layout_id);

-- The order of the columns is known to the native library. Narrow rows, written once: no free space, few indexes.
CREATE TABLE erp.audit_ledger (
    leaf_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    system bigint NOT NULL,
    xid xid8 NOT NULL,
    layout_id bigint,
    previous bigint,
    agent_id bigint,
    rules bigint NOT NULL,
    claimed_at timestamptz NOT NULL,
    kind text COLLATE "C" NOT NULL,
    operation text COLLATE "C" NOT NULL,
    table_name text COLLATE "C",
    record_key text COLLATE "C",
    session_name text COLLATE "C" NOT NULL,
    current_name text COLLATE "C" NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    payload_hash bytea,
    leaf_hash bytea NOT NULL
);
COMMENT ON TABLE erp.audit_ledger IS 'The leaves: who did what to which record, in the transaction that did it. Append-only.';
COMMENT ON COLUMN erp.audit_ledger.leaf_id IS 'Identity; gaps are rollbacks.';
COMMENT ON COLUMN erp.audit_ledger.system IS 'System identifier of the server that wrote it.';
COMMENT ON COLUMN erp.audit_ledger.xid IS 'Its database transaction.';
COMMENT ON COLUMN erp.audit_ledger.layout_id IS 'Layout of the row image.';
COMMENT ON COLUMN erp.audit_ledger.previous IS 'The leaf before it of the same record.';
COMMENT ON COLUMN erp.audit_ledger.agent_id IS 'The agent that the session user is.';
COMMENT ON COLUMN erp.audit_ledger.rules IS 'Newest version of a rule there was (agent.constraint_versions.version_id), 0 for none.';
COMMENT ON COLUMN erp.audit_ledger.claimed_at IS 'The writer''s wall clock: a claim, order is by position.';
COMMENT ON COLUMN erp.audit_ledger.kind IS 'row, transaction (a posted journal with its legs), call (a decision), schema (DDL) or restore.';
COMMENT ON COLUMN erp.audit_ledger.operation IS 'INSERT, UPDATE or DELETE; the command of a schema leaf.';
COMMENT ON COLUMN erp.audit_ledger.table_name IS 'Table, schema-qualified.';
COMMENT ON COLUMN erp.audit_ledger.record_key IS 'Primary key as a JSON array of texts.';
COMMENT ON COLUMN erp.audit_ledger.session_name IS 'Session user.';
COMMENT ON COLUMN erp.audit_ledger.current_name IS 'Role in effect: of SET ROLE, or the session user.';
COMMENT ON COLUMN erp.audit_ledger.outcome IS 'ok, or the SQLSTATE of a refusal.';
COMMENT ON COLUMN erp.audit_ledger.payload_hash IS 'SHA-256 of salt and payload; stays when these are erased.';
COMMENT ON COLUMN erp.audit_ledger.leaf_hash IS 'SHA-256 of the encoded leaf.';
CREATE INDEX audit_ledger_record ON erp.audit_ledger (table_name, record_key, leaf_id);
CREATE INDEX audit_ledger_order ON erp.audit_ledger (system, xid, leaf_id);

CREATE TABLE erp.audit_payloads (
    leaf_id bigint PRIMARY KEY,
    salt bytea NOT NULL,
    payload bytea NOT NULL
);
COMMENT ON TABLE erp.audit_payloads IS 'What a leaf is about: the row image. Apart from the leaf, so that it can be erased lawfully (erp.audit_erase).';
COMMENT ON COLUMN erp.audit_payloads.leaf_id IS 'The leaf.';
COMMENT ON COLUMN erp.audit_payloads.salt IS 'Random bytes, so that an erased payload cannot be guessed from its hash.';
COMMENT ON COLUMN erp.audit_payloads.payload IS 'The image, as in docs/audit-format.md.';

CREATE TABLE erp.audit_epochs (
    epoch bigint PRIMARY KEY CHECK (epoch > 0),
    system_identifier bigint NOT NULL UNIQUE,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE erp.audit_epochs IS 'The servers this ledger was sealed on, in order: a restore begins a new one.';
COMMENT ON COLUMN erp.audit_epochs.epoch IS 'Number of the epoch.';
COMMENT ON COLUMN erp.audit_epochs.system_identifier IS 'PostgreSQL''s system identifier.';
COMMENT ON COLUMN erp.audit_epochs.started_at IS 'When its first leaf was sealed.';

CREATE TABLE erp.audit_positions (
    position bigint PRIMARY KEY CHECK (position > 0),
    leaf_id bigint NOT NULL,
    row_hash bytea NOT NULL
);
COMMENT ON TABLE erp.audit_positions IS 'The chain: sealed leaves without a gap. A leaf that is not here is not sealed yet.';
COMMENT ON COLUMN erp.audit_positions.position IS 'Place in the chain, from 1.';
COMMENT ON COLUMN erp.audit_positions.leaf_id IS 'The leaf.';
COMMENT ON COLUMN erp.audit_positions.row_hash IS 'SHA-256 over the row hash before it and the leaf''s hash.';

CREATE TABLE erp.audit_batches (
    batch_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    first_position bigint NOT NULL UNIQUE,
    last_position bigint NOT NULL UNIQUE,
    row_hash bytea NOT NULL,
    frontier bytea NOT NULL,
    root bytea NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (first_position <= last_position)
);
COMMENT ON TABLE erp.audit_batches IS 'What one run of erp.audit_seal sealed, with the state of chain and tree after it.';
COMMENT ON COLUMN erp.audit_batches.batch_id IS 'Identity.';
COMMENT ON COLUMN erp.audit_batches.first_position IS 'Its first position.';
COMMENT ON COLUMN erp.audit_batches.last_position IS 'Its last position: the size of the tree.';
COMMENT ON COLUMN erp.audit_batches.row_hash IS 'Row hash of the last position.';
COMMENT ON COLUMN erp.audit_batches.frontier IS 'Roots of the perfect subtrees of that size, largest first, 32 bytes each.';
COMMENT ON COLUMN erp.audit_batches.root IS 'RFC 6962 root of that size.';
COMMENT ON COLUMN erp.audit_batches.sealed_at IS 'When, by the wall clock.';

ALTER TABLE erp.audit_identity OWNER TO erp_ledger;
ALTER TABLE erp.audit_layouts OWNER TO erp_ledger;
ALTER TABLE erp.audit_ledger OWNER TO erp_ledger;
ALTER TABLE erp.audit_payloads OWNER TO erp_ledger;
ALTER TABLE erp.audit_epochs OWNER TO erp_ledger;
ALTER TABLE erp.audit_positions OWNER TO erp_ledger;
ALTER TABLE erp.audit_batches OWNER TO erp_ledger;

-- What a leaf has to say of the rules and of a call.
ALTER TABLE agent.constraint_versions ADD COLUMN version_id bigint GENERATED ALWAYS AS IDENTITY UNIQUE;
COMMENT ON COLUMN agent.constraint_versions.version_id IS 'Number among the versions of all rules; leaves name the newest.';
ALTER TABLE agent.authorization_logs
ADD COLUMN step text,
ADD COLUMN args_hash bytea CHECK (octet_length(args_hash) = 32),
ADD COLUMN sop_versions jsonb CHECK (jsonb_typeof(sop_versions) = 'object');
COMMENT ON COLUMN agent.authorization_logs.step IS 'Step of the task in which a tool was called.';
COMMENT ON COLUMN agent.authorization_logs.args_hash IS 'SHA-256 of the arguments of the tool.';
COMMENT ON COLUMN agent.authorization_logs.sop_versions IS 'Procedures of the agent at that moment: name and version.';
