CREATE OR REPLACE FUNCTION erp.record_consistency()
RETURNS bigint
LANGUAGE sql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
    INSERT INTO erp.consistency_runs (faults, findings)
    SELECT count(*), COALESCE(jsonb_agg(jsonb_build_object('invariant', f.invariant, 'detail', f.detail)), '[]')
    FROM erp.check_consistency() AS f
    RETURNING faults
$function$;
COMMENT ON FUNCTION erp.record_consistency() IS
'Runs erp.check_consistency() and keeps the result in erp.consistency_runs; the nightly job. Returns the number of faults.';
ALTER FUNCTION erp.record_consistency() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.record_consistency() FROM PUBLIC;
