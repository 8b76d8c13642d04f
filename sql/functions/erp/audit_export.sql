-- Set by set: a portal of erp-auditor reads it row by row, so nothing is kept whole but the layouts.
CREATE OR REPLACE FUNCTION erp.audit_export(p_first bigint DEFAULT 1, p_last bigint DEFAULT NULL)
RETURNS SETOF bytea
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $function$
DECLARE
    v_ledger CONSTANT uuid := (SELECT i.ledger FROM erp.audit_identity AS i);
    v_last CONSTANT bigint := least(p_last, (SELECT max(b.last_position) FROM erp.audit_batches AS b));
    v_at bigint := p_first;
    v_to bigint;
    v_count bigint := 0;
BEGIN
    RETURN QUERY
    SELECT erp.audit_record('H', convert_to(jsonb_build_object(
        'format', 1, 'ledger', v_ledger, 'first', p_first, 'last', coalesce(v_last, 0),
        'exported_at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, 'UTF8'));
    RETURN QUERY
    SELECT erp.audit_record('Y', y.layout_hash || convert_to(jsonb_build_object(
        'table', y.table_name, 'columns', y.columns, 'types', y.types)::text, 'UTF8'))
    FROM erp.audit_layouts AS y
    ORDER BY y.layout_id;
    WHILE v_at <= v_last LOOP
        -- Up to the end of a batch, which follows its leaves.
        v_to := least(v_last, (SELECT min(b.last_position) FROM erp.audit_batches AS b WHERE b.last_position >= v_at), v_at + 9999);
        RETURN QUERY
        SELECT erp.audit_record('L', int8send(p.position) || p.row_hash || int4send(octet_length(e.encoding)) || e.encoding
            || coalesce('\x01'::bytea || d.salt || d.payload, '\x00'))
        FROM erp.audit_positions AS p
        INNER JOIN erp.audit_ledger AS l ON l.leaf_id = p.leaf_id
        LEFT JOIN erp.audit_layouts AS y ON y.layout_id = l.layout_id
        LEFT JOIN erp.audit_payloads AS d ON d.leaf_id = l.leaf_id
        CROSS JOIN LATERAL (
            SELECT erp.audit_leaf(
                v_ledger, l.system, l.xid, l.leaf_id, l.kind, l.table_name, l.record_key, l.operation, y.layout_hash,
                l.previous, l.payload_hash, l.session_name, l.current_name, l.agent_id, l.rules, l.claimed_at, l.outcome
            ) AS encoding
        ) AS e
        WHERE p.position BETWEEN v_at AND v_to
        ORDER BY p.position;
        RETURN QUERY
        SELECT erp.audit_record('B', int8send(b.first_position) || int8send(b.last_position) || b.root)
        FROM erp.audit_batches AS b
        WHERE b.last_position = v_to;
        v_count := v_count + v_to - v_at + 1;
        v_at := v_to + 1;
    END LOOP;
    RETURN QUERY SELECT erp.audit_record('E', int8send(v_count));
END
$function$;
COMMENT ON FUNCTION erp.audit_export(bigint, bigint) IS
'The records of an export file after its first four bytes: sealed leaves from a position to another with their payloads. Nothing is filtered, so it is for the auditor alone.';
ALTER FUNCTION erp.audit_export(bigint, bigint) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_export(bigint, bigint) FROM PUBLIC;
