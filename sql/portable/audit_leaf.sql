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
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
SELECT
    '\x45414c31010800000010'::bytea || uuid_send(ledger)
    || '\x02'::bytea || erp.audit_integer(system)
    || '\x03'::bytea || erp.audit_integer(xid::text::bigint)
    || '\x04'::bytea || erp.audit_integer(leaf)
    || '\x05'::bytea || erp.audit_text(kind)
    || '\x06'::bytea || erp.audit_text(table_name)
    || '\x07'::bytea || erp.audit_text(record_key)
    || '\x08'::bytea || erp.audit_text(operation)
    || '\x09'::bytea || erp.audit_bytes(layout)
    || '\x0a'::bytea || erp.audit_integer(previous)
    || '\x0b'::bytea || erp.audit_bytes(payload)
    || '\x0c'::bytea || erp.audit_text(session_name)
    || '\x0d'::bytea || erp.audit_text(current_name)
    || '\x0e'::bytea || erp.audit_integer(agent)
    || '\x0f'::bytea || erp.audit_integer(rules)
    || '\x100700000008'::bytea || int8send((extract(EPOCH FROM claimed_at) * 1000000)::bigint)
    || '\x11'::bytea || erp.audit_text(outcome)
$function$;
COMMENT ON FUNCTION erp.audit_leaf(uuid, bigint, xid8, bigint, text, text, text, text, bytea, bigint, bytea, text, text, bigint, bigint, timestamptz, text) IS
'The encoding of a leaf, whose SHA-256 after a zero byte is the leaf hash.';
ALTER FUNCTION erp.audit_leaf(uuid, bigint, xid8, bigint, text, text, text, text, bytea, bigint, bytea, text, text, bigint, bigint, timestamptz, text) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_leaf(uuid, bigint, xid8, bigint, text, text, text, text, bytea, bigint, bytea, text, text, bigint, bigint, timestamptz, text) FROM PUBLIC;
