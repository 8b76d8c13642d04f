-- Leaves get their positions in the order (epoch, xid, leaf_id), and only where no transaction with a lower number can still
-- commit one: no gap, none missed. One sealer at a time; the advisory lock ends with its transaction.
CREATE OR REPLACE FUNCTION erp.audit_seal(p_max_leaves integer DEFAULT 50000)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
SET enable_seqscan = off
AS $function$
DECLARE
    v_ledger CONSTANT uuid := (SELECT i.ledger FROM erp.audit_identity AS i);
    v_sealed bigint := 0;
    v_last record;
    v_epoch record;
    v_found record;
    v_grown record;
BEGIN
    IF NOT pg_try_advisory_xact_lock(1163022422, 15) THEN
        RETURN 0;
    END IF;
    PERFORM erp.audit_open_epoch();
    SELECT * INTO v_last FROM erp.audit_last_sealed();
    IF v_last.size > 0 AND v_last.leaf_id IS NULL THEN
        RAISE EXCEPTION 'the last sealed leaf is gone'
            USING ERRCODE = 'RP251',
            DETAIL = jsonb_build_object('position', v_last.size)::text,
            HINT = 'nothing is sealed until a person has looked: SELECT * FROM erp.audit_findings()';
    END IF;
    FOR v_epoch IN
        SELECT e.epoch, e.system_identifier
        FROM erp.audit_epochs AS e
        WHERE e.epoch >= coalesce(v_last.epoch, 0)
        ORDER BY e.epoch
    LOOP
        EXIT WHEN v_sealed >= p_max_leaves;
        SELECT
            array_agg(t.leaf_id ORDER BY t.xid, t.leaf_id) AS leaf_ids,
            array_agg(t.leaf_hash ORDER BY t.xid, t.leaf_id) AS leaves,
            min(t.leaf_id) FILTER (WHERE t.computed IS DISTINCT FROM t.leaf_hash) AS bad,
            count(*) AS leaf_count
        INTO v_found
        FROM (
            SELECT
                l.xid, l.leaf_id, l.leaf_hash,
                sha256('\x00'::bytea || erp.audit_leaf(
                    v_ledger, l.system, l.xid, l.leaf_id, l.kind, l.table_name, l.record_key, l.operation, y.layout_hash,
                    l.previous, l.payload_hash, l.session_name, l.current_name, l.agent_id, l.rules, l.claimed_at,
                    l.outcome)) AS computed
            FROM (
                SELECT *
                FROM erp.audit_ledger AS u
                WHERE u.system = v_epoch.system_identifier
                AND (u.xid, u.leaf_id) > (
                    CASE v_epoch.epoch WHEN v_last.epoch THEN v_last.xid ELSE '0'::xid8 END,
                    CASE v_epoch.epoch WHEN v_last.epoch THEN v_last.leaf_id ELSE 0 END)
                AND u.xid < CASE
                    WHEN v_epoch.system_identifier = (SELECT s.system_identifier FROM pg_control_system() AS s)
                        THEN pg_snapshot_xmin(pg_current_snapshot())
                    ELSE '18446744073709551615'::xid8
                END
                ORDER BY u.xid, u.leaf_id
                LIMIT p_max_leaves - v_sealed
            ) AS l
            LEFT JOIN erp.audit_layouts AS y ON y.layout_id = l.layout_id
        ) AS t;
        CONTINUE WHEN v_found.leaf_count = 0;
        IF v_found.bad IS NOT NULL THEN
            RAISE EXCEPTION 'leaf % is not what its hash says', v_found.bad
                USING ERRCODE = 'RP251',
                DETAIL = jsonb_build_object('leaf_id', v_found.bad)::text,
                HINT = 'nothing is sealed until a person has looked: SELECT * FROM erp.audit_findings()';
        END IF;

        SELECT * INTO v_grown FROM erp.audit_extend(v_last.size, v_last.row_hash, v_last.frontier, v_found.leaves);
        INSERT INTO erp.audit_positions (position, leaf_id, row_hash)
        SELECT v_last.size + s.place, s.leaf_id, s.row_hash
        FROM unnest(v_found.leaf_ids, v_grown.row_hashes) WITH ORDINALITY AS s (leaf_id, row_hash, place);
        INSERT INTO erp.audit_batches (first_position, last_position, row_hash, frontier, root)
        VALUES (
            v_last.size + 1, v_last.size + v_found.leaf_count, v_grown.row_hashes[v_found.leaf_count], v_grown.frontier,
            v_grown.root);
        v_sealed := v_sealed + v_found.leaf_count;
        v_last.size := v_last.size + v_found.leaf_count;
        v_last.row_hash := v_grown.row_hashes[v_found.leaf_count];
        v_last.frontier := v_grown.frontier;
    END LOOP;
    RETURN v_sealed;
END
$function$;
COMMENT ON FUNCTION erp.audit_seal(integer) IS
'Seals leaves below the transaction horizon: positions, chain, Merkle tree; returns how many, 0 also while another sealer works. Recomputes every leaf first; RP251 where one is not what its hash says, and nothing is sealed then.';
ALTER FUNCTION erp.audit_seal(integer) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_seal(integer) FROM PUBLIC;
