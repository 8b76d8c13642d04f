CREATE OR REPLACE FUNCTION erp.audit_check_unsealed()
RETURNS TABLE (kind text, "position" bigint, leaf_id bigint, table_name text, record_key text, reason text)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $function$
WITH last AS MATERIALIZED (SELECT * FROM erp.audit_last_sealed()),
unsealed AS MATERIALIZED (
    SELECT l.*, y.layout_hash, d.salt, d.payload, coalesce((e.epoch, l.xid, l.leaf_id) <= (s.epoch, s.xid, s.leaf_id), false) AS is_late
    FROM erp.audit_ledger AS l
    LEFT JOIN erp.audit_positions AS p ON p.leaf_id = l.leaf_id
    LEFT JOIN erp.audit_layouts AS y ON y.layout_id = l.layout_id
    LEFT JOIN erp.audit_payloads AS d ON d.leaf_id = l.leaf_id
    LEFT JOIN erp.audit_epochs AS e ON e.system_identifier = l.system
    CROSS JOIN last AS s
    WHERE p.leaf_id IS NULL
)
SELECT 'leaf', NULL::bigint, f.leaf_id, f.table_name, f.record_key, f.fault
FROM (
    SELECT
        u.leaf_id, u.table_name, u.record_key,
        CASE
            WHEN u.is_late THEN 'the leaf has no position, although later ones have'
            WHEN octet_length(u.payload_hash) <> 32 OR octet_length(u.layout_hash) <> 32 OR u.leaf_hash <> sha256('\x00'::bytea
                || erp.audit_leaf(
                    (SELECT i.ledger FROM erp.audit_identity AS i), u.system, u.xid, u.leaf_id, u.kind, u.table_name,
                    u.record_key, u.operation, u.layout_hash, u.previous, u.payload_hash, u.session_name, u.current_name,
                    u.agent_id, u.rules, u.claimed_at, u.outcome)) THEN 'the leaf is not what its hash says'
            WHEN u.payload IS NOT NULL AND u.payload_hash IS DISTINCT FROM sha256(u.salt || u.payload)
                THEN 'the payload is not what its hash says'
            WHEN u.payload IS NULL AND u.payload_hash IS NOT NULL AND NOT EXISTS (
                SELECT
                FROM erp.audit_ledger AS x
                WHERE x.table_name = 'erp.audit_payloads'
                AND x.record_key = jsonb_build_array(u.leaf_id::text)::text
            ) THEN 'the payload is gone without a leaf of its erasure'
        END AS fault
    FROM unsealed AS u
) AS f
WHERE f.fault IS NOT NULL
UNION ALL
SELECT 'payload', NULL, d.leaf_id, NULL, NULL, 'a payload without its leaf'
FROM erp.audit_payloads AS d
LEFT JOIN erp.audit_ledger AS l ON l.leaf_id = d.leaf_id
WHERE l.leaf_id IS NULL
$function$;
COMMENT ON FUNCTION erp.audit_check_unsealed() IS
'What is wrong with leaves that have no position, and payloads without a leaf.';
ALTER FUNCTION erp.audit_check_unsealed() OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_check_unsealed() FROM PUBLIC;
