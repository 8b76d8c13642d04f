CREATE OR REPLACE FUNCTION erp.audit_root(p_frontier bytea)
RETURNS bytea
LANGUAGE plpgsql
IMMUTABLE
STRICT
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_root bytea;
BEGIN
    FOR n IN REVERSE octet_length(p_frontier) / 32 .. 1 LOOP
        v_root := coalesce(
            sha256('\x01'::bytea || substr(p_frontier, n * 32 - 31, 32) || v_root),
            substr(p_frontier, n * 32 - 31, 32));
    END LOOP;
    RETURN v_root;
END
$function$;
COMMENT ON FUNCTION erp.audit_root(bytea) IS
'Root of a Merkle tree from its frontier, NULL of an empty one.';
ALTER FUNCTION erp.audit_root(bytea) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_root(bytea) FROM PUBLIC;
