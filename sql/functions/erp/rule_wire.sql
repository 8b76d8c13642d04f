CREATE OR REPLACE FUNCTION erp.rule_wire(target regclass)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    -- A rule of one partition hangs on the root's gate: a second gate of that name could not be cloned past it.
    gated CONSTANT regclass := coalesce(pg_partition_root(target), target);
BEGIN
    IF (SELECT pg_get_userbyid(c.relowner) = 'erp_owner' FROM pg_class AS c WHERE c.oid = gated) THEN
        PERFORM erp.rule_create_gate(gated);
    ELSE
        PERFORM erp.rule_attach_gate(gated);
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.rule_wire(regclass) IS
'Brings the triggers of a table in line with the rules, as erp_owner on its own tables, as erp_gate on those of others.';
ALTER FUNCTION erp.rule_wire(regclass) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_wire(regclass) FROM PUBLIC;
