CREATE OR REPLACE FUNCTION erp.audit_open_epoch()
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_system CONSTANT bigint := (SELECT s.system_identifier FROM pg_control_system() AS s);
    v_sealed record;
BEGIN
    IF EXISTS (SELECT FROM erp.audit_epochs AS e WHERE e.system_identifier = v_system) THEN
        RETURN;
    END IF;
    -- Leaves that were never sealed where they were written come first.
    INSERT INTO erp.audit_epochs (epoch, system_identifier)
    SELECT coalesce((SELECT max(e.epoch) FROM erp.audit_epochs AS e), 0) + row_number() OVER (ORDER BY s.system = v_system, s.first_leaf), s.system
    FROM (
        SELECT l.system, min(l.leaf_id) AS first_leaf
        FROM erp.audit_ledger AS l
        GROUP BY l.system
        UNION
        SELECT v_system, NULL
        WHERE NOT EXISTS (SELECT FROM erp.audit_ledger AS l WHERE l.system = v_system)
    ) AS s
    WHERE NOT EXISTS (SELECT FROM erp.audit_epochs AS e WHERE e.system_identifier = s.system);
    SELECT * INTO v_sealed FROM erp.audit_last_sealed();
    IF v_sealed.size > 0 THEN
        PERFORM erp.audit_write('restore', NULL, NULL, 'INSERT', 'RS1'::bytea || int8send(v_sealed.size) || v_sealed.row_hash);
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.audit_open_epoch() IS
'Begins a new epoch where the ledger was restored on another server, and writes a restore leaf with the size and row hash it found.';
ALTER FUNCTION erp.audit_open_epoch() OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_open_epoch() FROM PUBLIC;
