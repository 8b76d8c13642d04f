CREATE OR REPLACE FUNCTION erp.audit_check(
    p_size bigint,
    p_row bytea,
    p_frontier bytea,
    p_leaves bytea[],
    p_rows bytea[],
    p_ends bigint[],
    p_batch_rows bytea[],
    p_frontiers bytea[],
    p_roots bytea[],
    OUT bad bigint,
    OUT reason text,
    OUT row_hash bytea,
    OUT frontier bytea
)
RETURNS record
LANGUAGE c
IMMUTABLE
STRICT
PARALLEL SAFE
AS 'MODULE_PATHNAME', 'erp_audit_check';
COMMENT ON FUNCTION erp.audit_check(bigint, bytea, bytea, bytea[], bytea[], bigint[], bytea[], bytea[], bytea[]) IS
'Recomputes the chain over leaf hashes and compares row hashes and the batches that end among them: the first bad position and why, and where the chain stands.';
ALTER FUNCTION erp.audit_check(bigint, bytea, bytea, bytea[], bytea[], bigint[], bytea[], bytea[], bytea[]) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_check(bigint, bytea, bytea, bytea[], bytea[], bigint[], bytea[], bytea[], bytea[]) FROM PUBLIC;
