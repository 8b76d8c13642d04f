CREATE OR REPLACE FUNCTION erp.audit_grow(p_size bigint, p_frontier bytea, p_leaf bytea)
RETURNS bytea
LANGUAGE plpgsql
IMMUTABLE
STRICT
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_size bigint := p_size;
    v_frontier bytea := p_frontier;
    v_node bytea := p_leaf;
BEGIN
    WHILE v_size & 1 = 1 LOOP
        v_node := sha256('\x01'::bytea || substr(v_frontier, octet_length(v_frontier) - 31) || v_node);
        v_frontier := substr(v_frontier, 1, octet_length(v_frontier) - 32);
        v_size := v_size >> 1;
    END LOOP;
    RETURN v_frontier || v_node;
END
$function$;
COMMENT ON FUNCTION erp.audit_grow(bigint, bytea, bytea) IS
'Frontier of a Merkle tree of a size with one leaf more.';
ALTER FUNCTION erp.audit_grow(bigint, bytea, bytea) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_grow(bigint, bytea, bytea) FROM PUBLIC;
