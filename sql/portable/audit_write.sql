CREATE OR REPLACE FUNCTION erp.audit_write(
    p_kind text,
    p_table_name text,
    p_record_key text,
    p_operation text,
    p_payload bytea,
    p_target regclass DEFAULT NULL,
    p_outcome text DEFAULT 'ok'
)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_xid xid8;
    v_leaf_id bigint;
    v_system bigint;
    v_layout_id bigint;
    v_previous bigint;
    v_agent_id bigint;
    v_rules bigint;
    v_claimed_at timestamptz;
    v_current text := session_user;
    v_payload_hash bytea;
    v_leaf_hash bytea;
    v_layout bytea;
    v_salt CONSTANT bytea := uuid_send(gen_random_uuid());
    v_role CONSTANT text := current_setting('role');
BEGIN
    -- The transaction's number before the leaf's.
    v_xid := pg_current_xact_id();
    IF p_target IS NOT NULL THEN
        v_layout_id := erp.audit_layout(p_target);
        SELECT y.layout_hash INTO v_layout FROM erp.audit_layouts AS y WHERE y.layout_id = v_layout_id;
    END IF;
    v_leaf_id := nextval('erp.audit_ledger_leaf_id_seq');
    SELECT s.system_identifier INTO v_system FROM pg_control_system() AS s;
    SELECT max(l.leaf_id) INTO v_previous
    FROM erp.audit_ledger AS l
    WHERE l.table_name = p_table_name
    AND l.record_key = p_record_key;
    SELECT a.agent_id INTO v_agent_id FROM agent.agents AS a WHERE a.database_role = session_user;
    SELECT coalesce(max(v.version_id), 0) INTO v_rules FROM agent.constraint_versions AS v;
    v_claimed_at := clock_timestamp();
    IF v_role <> 'none' THEN
        v_current := v_role;
    END IF;
    v_payload_hash := sha256(v_salt || p_payload);
    SELECT sha256('\x00'::bytea || erp.audit_leaf(
        i.ledger, v_system, v_xid, v_leaf_id, p_kind, p_table_name, p_record_key,
        p_operation, v_layout, v_previous, v_payload_hash, session_user, v_current,
        v_agent_id, v_rules, v_claimed_at, p_outcome))
    INTO v_leaf_hash
    FROM erp.audit_identity AS i;
    INSERT INTO erp.audit_ledger (
        leaf_id, system, xid, layout_id, previous, agent_id, rules, claimed_at, kind, operation, table_name, record_key,
        session_name, current_name, outcome, payload_hash, leaf_hash
    )
    OVERRIDING SYSTEM VALUE
    VALUES (
        v_leaf_id, v_system, v_xid, v_layout_id, v_previous, v_agent_id, v_rules, v_claimed_at, p_kind, p_operation,
        p_table_name, p_record_key, session_user, v_current, p_outcome, v_payload_hash, v_leaf_hash);
    IF p_payload IS NOT NULL THEN
        INSERT INTO erp.audit_payloads (leaf_id, salt, payload) VALUES (v_leaf_id, v_salt, p_payload);
    END IF;
    RETURN v_leaf_id;
END
$function$;
COMMENT ON FUNCTION erp.audit_write(text, text, text, text, bytea, regclass, text) IS
'Writes a leaf and its payload in the transaction at hand and returns its id; with a target the payload is an image by the layout of that table.';
ALTER FUNCTION erp.audit_write(text, text, text, text, bytea, regclass, text) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_write(text, text, text, text, bytea, regclass, text) FROM PUBLIC;
