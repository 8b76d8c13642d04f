CREATE OR REPLACE FUNCTION erp.audit_last_sealed(
    OUT size bigint,
    OUT row_hash bytea,
    OUT frontier bytea,
    OUT epoch bigint,
    OUT xid xid8,
    OUT leaf_id bigint
)
RETURNS record
LANGUAGE sql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
SELECT coalesce(b.last_position, 0), coalesce(b.row_hash, decode(repeat('00', 32), 'hex')), coalesce(b.frontier, ''), e.epoch, l.xid, l.leaf_id
FROM (SELECT) AS always
LEFT JOIN (SELECT * FROM erp.audit_batches ORDER BY last_position DESC LIMIT 1) AS b ON true
LEFT JOIN erp.audit_positions AS p ON p.position = b.last_position
LEFT JOIN erp.audit_ledger AS l ON l.leaf_id = p.leaf_id
LEFT JOIN erp.audit_epochs AS e ON e.system_identifier = l.system
$function$;
COMMENT ON FUNCTION erp.audit_last_sealed() IS
'Where the chain stands: size, row hash and frontier, and the place of the last sealed leaf.';
ALTER FUNCTION erp.audit_last_sealed() OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_last_sealed() FROM PUBLIC;
