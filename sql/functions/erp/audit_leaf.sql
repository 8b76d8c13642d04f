CREATE OR REPLACE FUNCTION erp.audit_leaf(
    ledger uuid,
    system bigint,
    xid xid8,
    leaf bigint,
    kind text,
    table_name text,
    record_key text,
    operation text,
    layout bytea,
    previous bigint,
    payload bytea,
    session_name text,
    current_name text,
    agent bigint,
    rules bigint,
    claimed_at timestamptz,
    outcome text
)
RETURNS bytea
LANGUAGE c
IMMUTABLE
PARALLEL SAFE
AS 'MODULE_PATHNAME', 'erp_audit_leaf';
COMMENT ON FUNCTION erp.audit_leaf(uuid, bigint, xid8, bigint, text, text, text, text, bytea, bigint, bytea, text, text, bigint, bigint, timestamptz, text) IS
'The encoding of a leaf, whose SHA-256 after a zero byte is the leaf hash.';
ALTER FUNCTION erp.audit_leaf(uuid, bigint, xid8, bigint, text, text, text, text, bytea, bigint, bytea, text, text, bigint, bigint, timestamptz, text) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_leaf(uuid, bigint, xid8, bigint, text, text, text, text, bytea, bigint, bytea, text, text, bigint, bigint, timestamptz, text) FROM PUBLIC;
