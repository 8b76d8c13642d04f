CREATE OR REPLACE FUNCTION erp.audit_verify(OUT ok boolean, OUT checked bigint, OUT first_bad bigint, OUT reason text)
RETURNS record
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $function$
BEGIN
    SELECT count(*) INTO checked FROM erp.audit_ledger;
    SELECT
        count(*) = 0,
        min(f.position),
        (array_agg(concat_ws(' ', f.kind, 'position ' || f.position, 'leaf ' || f.leaf_id, f.table_name, f.record_key) || ': ' || f.reason
            ORDER BY f.position NULLS LAST, f.leaf_id NULLS LAST))[1]
    INTO ok, first_bad, reason
    FROM erp.audit_findings() AS f;
END
$function$;
COMMENT ON FUNCTION erp.audit_verify() IS
'Whether the audit chain and every audited row are what they were: how many leaves were checked, the first bad position, and what is wrong first. erp.audit_findings() names all.';
ALTER FUNCTION erp.audit_verify() OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_verify() FROM PUBLIC;
