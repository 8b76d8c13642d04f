-- Slices of the chain, so that what is held at once does not grow with the ledger. Where the chain breaks is told once; behind
-- a break the leaves are still judged one by one.
CREATE OR REPLACE FUNCTION erp.audit_check_chain(p_first bigint DEFAULT 1, p_last bigint DEFAULT NULL)
RETURNS TABLE (kind text, at_position bigint, leaf_id bigint, table_name text, record_key text, reason text)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $function$
#variable_conflict use_column
DECLARE
    v_slice CONSTANT bigint := 20000;
    v_zero CONSTANT bytea := decode(repeat('00', 32), 'hex');
    v_ledger CONSTANT uuid := (SELECT i.ledger FROM erp.audit_identity AS i);
    v_start record;
    v_size bigint;
    v_end bigint;
    v_row bytea;
    v_frontier bytea;
    v_from bigint;
    v_to bigint;
    v_found record;
    v_checked record;
    v_broken boolean := false;
    v_previous record;
BEGIN
    SELECT coalesce(max(p.position), 0) INTO v_end FROM erp.audit_positions AS p;
    v_end := least(p_last, greatest(v_end, (SELECT max(b.last_position) FROM erp.audit_batches AS b)));
    SELECT b.last_position, b.row_hash, b.frontier INTO v_start
    FROM erp.audit_batches AS b
    WHERE b.last_position < p_first
    ORDER BY b.last_position DESC
    LIMIT 1;
    v_size := coalesce(v_start.last_position, 0);
    v_row := coalesce(v_start.row_hash, v_zero);
    v_frontier := coalesce(v_start.frontier, ''::bytea);
    SELECT coalesce(e.epoch, 0) AS epoch, coalesce(l.xid, '0') AS xid, coalesce(l.leaf_id, 0) AS leaf_id INTO v_previous
    FROM (SELECT) AS always
    LEFT JOIN erp.audit_positions AS p ON p.position = v_size
    LEFT JOIN erp.audit_ledger AS l ON l.leaf_id = p.leaf_id
    LEFT JOIN erp.audit_epochs AS e ON e.system_identifier = l.system;

    WHILE v_size < v_end LOOP
        SELECT min(p.leaf_id), max(p.leaf_id) INTO v_from, v_to
        FROM erp.audit_positions AS p
        WHERE p.position > v_size
        AND p.position <= least(v_size + v_slice, v_end);
        SELECT
            array_agg(coalesce(c.leaf_hash, v_zero)) AS leaves,
            array_agg(c.row_hash) AS rows,
            count(*) AS counted,
            array_agg(c.position) FILTER (WHERE c.fault IS NOT NULL) AS bad_positions,
            array_agg(c.fault) FILTER (WHERE c.fault IS NOT NULL) AS faults,
            count(*) FILTER (WHERE c.position = c.expected) AS contiguous,
            max(c.position) AS last_position
        INTO v_found
        FROM (
            SELECT
                j.*,
                v_size + row_number() OVER w AS expected,
                CASE
                    WHEN j.found_id IS NULL THEN 'its leaf is gone'
                    WHEN j.computed IS DISTINCT FROM j.leaf_hash THEN 'the leaf is not what its hash says'
                    WHEN j.epoch IS NULL THEN 'its server is of no epoch'
                    WHEN (j.epoch, j.xid, j.leaf_id) <= (
                        lag(j.epoch, 1, v_previous.epoch) OVER w, lag(j.xid, 1, v_previous.xid) OVER w,
                        lag(j.leaf_id, 1, v_previous.leaf_id) OVER w
                    ) THEN 'it is out of the order of epoch, transaction and leaf'
                    WHEN j.has_payload AND j.computed_payload IS DISTINCT FROM j.payload_hash
                        THEN 'the payload is not what its hash says'
                    WHEN NOT j.has_payload AND j.payload_hash IS NOT NULL AND NOT EXISTS (
                        SELECT
                        FROM erp.audit_ledger AS x
                        WHERE x.table_name = 'erp.audit_payloads'
                        AND x.record_key = jsonb_build_array(j.leaf_id::text)::text
                    ) THEN 'the payload is gone without a leaf of its erasure'
                END AS fault
            FROM (
                SELECT
                    p.position, p.leaf_id,
                    CASE octet_length(p.row_hash) WHEN 32 THEN p.row_hash ELSE v_zero END AS row_hash,
                    l.leaf_id AS found_id,
                    CASE octet_length(l.leaf_hash) WHEN 32 THEN l.leaf_hash END AS leaf_hash,
                    l.xid,
                    e.epoch,
                    l.payload_hash,
                    d.leaf_id IS NOT NULL AS has_payload,
                    sha256(d.salt || d.payload) AS computed_payload,
                    CASE WHEN coalesce(octet_length(l.payload_hash), 32) = 32 AND coalesce(octet_length(y.layout_hash), 32) = 32 THEN
                        sha256('\x00'::bytea || erp.audit_leaf(
                            v_ledger, l.system, l.xid, l.leaf_id, l.kind, l.table_name, l.record_key, l.operation,
                            y.layout_hash, l.previous, l.payload_hash, l.session_name, l.current_name, l.agent_id, l.rules,
                            l.claimed_at, l.outcome))
                    END AS computed
                FROM erp.audit_positions AS p
                LEFT JOIN erp.audit_ledger AS l ON l.leaf_id = p.leaf_id AND l.leaf_id BETWEEN v_from AND v_to
                LEFT JOIN erp.audit_payloads AS d ON d.leaf_id = p.leaf_id AND d.leaf_id BETWEEN v_from AND v_to
                LEFT JOIN erp.audit_layouts AS y ON y.layout_id = l.layout_id
                LEFT JOIN erp.audit_epochs AS e ON e.system_identifier = l.system
                WHERE p.position > v_size
                AND p.position <= least(v_size + v_slice, v_end)
            ) AS j
            WINDOW w AS (ORDER BY j.position)
            -- What is put together above comes in this order.
            ORDER BY j.position
        ) AS c;

        RETURN QUERY
        SELECT 'leaf', f.position, p.leaf_id, l.table_name, l.record_key, f.fault
        FROM unnest(v_found.bad_positions, v_found.faults) AS f (position, fault)
        LEFT JOIN erp.audit_positions AS p ON p.position = f.position
        LEFT JOIN erp.audit_ledger AS l ON l.leaf_id = p.leaf_id;
        IF NOT v_broken THEN
            SELECT a.* INTO v_checked
            FROM (
                SELECT
                    coalesce(array_agg(b.last_position ORDER BY b.last_position), '{}') AS ends,
                    coalesce(array_agg(CASE octet_length(b.row_hash) WHEN 32 THEN b.row_hash ELSE v_zero END ORDER BY b.last_position), '{}') AS rows,
                    coalesce(array_agg(b.frontier ORDER BY b.last_position), '{}') AS frontiers,
                    coalesce(array_agg(CASE octet_length(b.root) WHEN 32 THEN b.root ELSE v_zero END ORDER BY b.last_position), '{}') AS roots
                FROM erp.audit_batches AS b
                WHERE b.last_position > v_size
                AND b.last_position <= v_size + v_found.contiguous
            ) AS b
            CROSS JOIN LATERAL erp.audit_check(
                v_size, v_row, v_frontier, coalesce(v_found.leaves[1:v_found.contiguous], '{}'), coalesce(v_found.rows[1:v_found.contiguous], '{}'), b.ends, b.rows, b.frontiers, b.roots) AS a;
            v_row := v_checked.row_hash;
            v_frontier := v_checked.frontier;
            IF v_checked.bad IS NOT NULL THEN
                v_broken := true;
                RETURN QUERY
                SELECT 'chain', p.position, l.leaf_id, l.table_name, l.record_key, v_checked.reason
                FROM erp.audit_positions AS p
                LEFT JOIN erp.audit_ledger AS l ON l.leaf_id = p.leaf_id
                WHERE p.position = v_checked.bad;
            END IF;
        END IF;
        IF v_found.counted < least(v_size + v_slice, v_end) - v_size THEN
            RETURN QUERY
            SELECT 'chain', g.position, NULL::bigint, NULL::text, NULL::text, 'the position is missing'
            FROM generate_series(v_size + 1, least(v_size + v_slice, v_end)) AS g (position)
            WHERE NOT EXISTS (SELECT FROM erp.audit_positions AS p WHERE p.position = g.position)
            ORDER BY 2
            LIMIT 10;
            v_broken := true;
        END IF;
        SELECT e.epoch, l.xid, l.leaf_id INTO v_previous
        FROM erp.audit_positions AS p
        LEFT JOIN erp.audit_ledger AS l ON l.leaf_id = p.leaf_id
        LEFT JOIN erp.audit_epochs AS e ON e.system_identifier = l.system
        WHERE p.position = v_found.last_position;
        v_size := least(v_size + v_slice, v_end);
    END LOOP;
END
$function$;
COMMENT ON FUNCTION erp.audit_check_chain(bigint, bigint) IS
'What is wrong with the sealed leaves of these positions: hash, payload, order, gaps, row hashes, batches. Begins with the batch before the first.';
ALTER FUNCTION erp.audit_check_chain(bigint, bigint) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_check_chain(bigint, bigint) FROM PUBLIC;
