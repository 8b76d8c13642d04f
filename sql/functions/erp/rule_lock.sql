CREATE OR REPLACE FUNCTION erp.rule_lock(
    constraint_id bigint,
    slot int
)
RETURNS void
LANGUAGE sql
VOLATILE
STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT pg_advisory_xact_lock(hashint8(constraint_id), slot)
$function$;
COMMENT ON FUNCTION erp.rule_lock(bigint, int) IS
'Locks a slot of a rule until the transaction ends; the gate takes the same locks (locks.c).';
ALTER FUNCTION erp.rule_lock(bigint, int) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_lock(bigint, int) FROM PUBLIC;
