CREATE OR REPLACE FUNCTION erp.audit_status(
    OUT ledger uuid,
    OUT sealed bigint,
    OUT unsealed bigint,
    OUT lag interval,
    OUT sealed_at timestamptz
)
RETURNS record
LANGUAGE sql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
SELECT
    i.ledger,
    s.size,
    u.leaves,
    coalesce(greatest(clock_timestamp() - u.oldest, '0'), '0'),
    (SELECT max(b.sealed_at) FROM erp.audit_batches AS b WHERE b.last_position = s.size)
FROM erp.audit_identity AS i
CROSS JOIN erp.audit_last_sealed() AS s
CROSS JOIN LATERAL (
    SELECT count(*) AS leaves, min(l.claimed_at) AS oldest
    FROM erp.audit_ledger AS l
    LEFT JOIN erp.audit_epochs AS e ON e.system_identifier = l.system
    WHERE s.leaf_id IS NULL
    OR (e.epoch = s.epoch AND (l.xid, l.leaf_id) > (s.xid, s.leaf_id))
    OR coalesce(e.epoch > s.epoch, true)
) AS u
$function$;
COMMENT ON FUNCTION erp.audit_status() IS
'How many leaves are sealed, how many wait, since when the oldest of them, and when the last were sealed.';
ALTER FUNCTION erp.audit_status() OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_status() FROM PUBLIC;
