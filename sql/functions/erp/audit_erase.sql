CREATE OR REPLACE FUNCTION erp.audit_erase(p_leaf_id bigint, p_reason text)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_actor CONSTANT jsonb := erp.actor();
    v_leaf record;
    v_erasure bigint;
BEGIN
    IF v_actor ->> 'kind' IS DISTINCT FROM 'person' OR v_actor ->> 'operational_status' IS DISTINCT FROM 'active' THEN
        RAISE EXCEPTION 'only a person may erase a payload'
            USING ERRCODE = 'RP512',
            DETAIL = jsonb_build_object('session_user', session_user, 'leaf_id', p_leaf_id)::text,
            HINT = 'connect as the database role of an active person in erp.people';
    ELSIF btrim(coalesce(p_reason, '')) = '' THEN
        RAISE EXCEPTION 'erasing needs a reason'
            USING ERRCODE = 'RP511',
            DETAIL = jsonb_build_object('leaf_id', p_leaf_id)::text,
            HINT = 'name the law or the request';
    END IF;
    -- Whoever comes second waits here, and then finds nothing to erase.
    PERFORM FROM erp.audit_payloads AS p WHERE p.leaf_id = p_leaf_id FOR UPDATE;
    SELECT
        l.operation,
        l.table_name,
        p.leaf_id IS NOT NULL AS has_payload,
        EXISTS (
            SELECT
            FROM erp.audit_ledger AS n
            WHERE n.table_name = l.table_name
            AND n.record_key = l.record_key
            AND n.leaf_id > l.leaf_id
        ) AS has_newer
    INTO v_leaf
    FROM erp.audit_ledger AS l
    LEFT JOIN erp.audit_payloads AS p ON p.leaf_id = l.leaf_id
    WHERE l.leaf_id = p_leaf_id;
    IF v_leaf.table_name <> 'erp.audit_payloads' AND NOT coalesce(has_table_privilege(session_user, to_regclass(v_leaf.table_name), 'SELECT'), true) THEN
        RAISE EXCEPTION 'permission denied for table %', v_leaf.table_name
            USING ERRCODE = '42501',
            DETAIL = jsonb_build_object('leaf_id', p_leaf_id, 'table', v_leaf.table_name)::text,
            HINT = 'who may read the records may have their payloads erased';
    ELSIF v_leaf.has_payload IS NOT TRUE OR v_leaf.table_name = 'erp.audit_payloads' OR NOT (v_leaf.has_newer OR v_leaf.operation = 'DELETE') THEN
        RAISE EXCEPTION 'the payload of leaf % cannot be erased', p_leaf_id
            USING ERRCODE = 'RP254',
            DETAIL = jsonb_build_object('leaf_id', p_leaf_id, 'has_payload', coalesce(v_leaf.has_payload, false))::text,
            HINT = 'a payload goes once; that of the last leaf of a record stays as long as the record: change or delete the record first';
    END IF;
    v_erasure := erp.audit_write(
        'row', 'erp.audit_payloads', jsonb_build_array(p_leaf_id::text)::text, 'DELETE', 'ER1'::bytea || erp.audit_text(p_reason));
    DELETE FROM erp.audit_payloads WHERE leaf_id = p_leaf_id;
    RETURN v_erasure;
END
$function$;
COMMENT ON FUNCTION erp.audit_erase(bigint, text) IS
'Erases payload and salt of a leaf for a reason, by a person; the erasure is a leaf, whose id is returned. The proofs stay valid. RP254 for the last leaf of a record that exists and for the reason of an erasure, 42501 for a table that the person may not read. Locks the payload.';
ALTER FUNCTION erp.audit_erase(bigint, text) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_erase(bigint, text) FROM PUBLIC;
