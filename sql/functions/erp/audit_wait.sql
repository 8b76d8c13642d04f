CREATE OR REPLACE FUNCTION erp.audit_wait(p_leaf_id bigint, p_timeout interval DEFAULT '5 s')
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_deadline CONSTANT timestamptz := clock_timestamp() + p_timeout;
    v_leaf record;
BEGIN
    SELECT l.xid, l.leaf_id, l.system INTO v_leaf FROM erp.audit_ledger AS l WHERE l.leaf_id = p_leaf_id;
    IF NOT FOUND OR v_leaf.xid = pg_current_xact_id_if_assigned() THEN
        RAISE EXCEPTION 'leaf % is not committed', p_leaf_id
            USING ERRCODE = 'RP252',
            DETAIL = jsonb_build_object('leaf_id', p_leaf_id)::text,
            HINT = 'commit first: a leaf of an open transaction cannot be sealed';
    END IF;
    WHILE NOT EXISTS (
        SELECT
        FROM erp.audit_last_sealed() AS s
        INNER JOIN erp.audit_epochs AS e ON e.system_identifier = v_leaf.system
        WHERE (s.epoch, s.xid, s.leaf_id) >= (e.epoch, v_leaf.xid, v_leaf.leaf_id)
    ) LOOP
        IF clock_timestamp() >= v_deadline THEN
            RAISE EXCEPTION 'leaf % was not sealed in time', p_leaf_id
                USING ERRCODE = 'RP253',
                DETAIL = jsonb_build_object('leaf_id', p_leaf_id, 'timeout', p_timeout)::text,
                HINT = 'see erp.audit_status(): does the sealer run, and is no transaction open for long?';
        END IF;
        PERFORM pg_sleep(0.01);
    END LOOP;
END
$function$;
COMMENT ON FUNCTION erp.audit_wait(bigint, interval) IS
'Returns when the leaf is sealed; RP252 for one that is not committed, RP253 when it takes too long.';
ALTER FUNCTION erp.audit_wait(bigint, interval) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_wait(bigint, interval) FROM PUBLIC;
