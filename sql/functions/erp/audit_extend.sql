CREATE OR REPLACE FUNCTION erp.audit_extend(
    p_size bigint,
    p_row bytea,
    p_frontier bytea,
    p_leaves bytea[],
    OUT row_hashes bytea[],
    OUT frontier bytea,
    OUT root bytea
)
RETURNS record
LANGUAGE c
IMMUTABLE
STRICT
PARALLEL SAFE
AS 'MODULE_PATHNAME', 'erp_audit_extend';
COMMENT ON FUNCTION erp.audit_extend(bigint, bytea, bytea, bytea[]) IS
'Chain and Merkle tree of a size, grown by further leaf hashes: their row hashes, the frontier and the root after them.';
ALTER FUNCTION erp.audit_extend(bigint, bytea, bytea, bytea[]) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_extend(bigint, bytea, bytea, bytea[]) FROM PUBLIC;
