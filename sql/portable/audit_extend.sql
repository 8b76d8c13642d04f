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
LANGUAGE plpgsql
IMMUTABLE
STRICT
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_size bigint := p_size;
    v_row bytea := p_row;
    v_leaf bytea;
BEGIN
    row_hashes := '{}';
    frontier := p_frontier;
    FOREACH v_leaf IN ARRAY p_leaves LOOP
        v_row := sha256('\x02'::bytea || v_row || v_leaf);
        row_hashes := row_hashes || v_row;
        frontier := erp.audit_grow(v_size, frontier, v_leaf);
        v_size := v_size + 1;
    END LOOP;
    root := erp.audit_root(frontier);
END
$function$;
COMMENT ON FUNCTION erp.audit_extend(bigint, bytea, bytea, bytea[]) IS
'Chain and Merkle tree of a size, grown by further leaf hashes: their row hashes, the frontier and the root after them.';
ALTER FUNCTION erp.audit_extend(bigint, bytea, bytea, bytea[]) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_extend(bigint, bytea, bytea, bytea[]) FROM PUBLIC;
