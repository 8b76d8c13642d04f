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
LANGUAGE plpgsql
IMMUTABLE
STRICT
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_size bigint := p_size;
    v_batch integer := 1;
BEGIN
    row_hash := p_row;
    frontier := p_frontier;
    FOR n IN 1..cardinality(p_leaves) LOOP
        row_hash := sha256('\x02'::bytea || row_hash || p_leaves[n]);
        frontier := erp.audit_grow(v_size, frontier, p_leaves[n]);
        v_size := v_size + 1;
        IF row_hash <> p_rows[n] THEN
            reason := 'the row hash does not follow from the leaf and the row hash before it';
        ELSIF p_ends[v_batch] = v_size THEN
            reason := CASE
                WHEN row_hash <> p_batch_rows[v_batch] THEN 'the row hash of the batch is not that of its last leaf'
                WHEN frontier <> p_frontiers[v_batch] THEN 'the frontier of the batch is not that of its leaves'
                WHEN erp.audit_root(frontier) <> p_roots[v_batch] THEN 'the root of the batch is not that of its leaves'
            END;
            v_batch := v_batch + 1;
        END IF;
        IF reason IS NOT NULL THEN
            bad := v_size;
            RETURN;
        END IF;
    END LOOP;
END
$function$;
COMMENT ON FUNCTION erp.audit_check(bigint, bytea, bytea, bytea[], bytea[], bigint[], bytea[], bytea[], bytea[]) IS
'Recomputes the chain over leaf hashes and compares row hashes and the batches that end among them: the first bad position and why, and where the chain stands.';
ALTER FUNCTION erp.audit_check(bigint, bytea, bytea, bytea[], bytea[], bigint[], bytea[], bytea[], bytea[]) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_check(bigint, bytea, bytea, bytea[], bytea[], bigint[], bytea[], bytea[], bytea[]) FROM PUBLIC;
