-- An event that nobody has to work on: it is stored failed, so that it stands in the inbox until a person dismisses it.
CREATE OR REPLACE FUNCTION erp.report_audit_finding(
    p_kind text,
    p_position bigint,
    p_leaf_id bigint,
    p_table_name text,
    p_record_key text,
    p_reason text
)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_finding CONSTANT jsonb := jsonb_strip_nulls(jsonb_build_object(
        'kind', p_kind, 'position', p_position, 'leaf_id', p_leaf_id, 'table', left(p_table_name, 200),
        'key', left(p_record_key, 200), 'reason', left(p_reason, 1000)));
    v_event_id bigint;
BEGIN
    INSERT INTO agent.task_events (event_type, payload, idempotency_key)
    VALUES ('AUDIT_FINDING', v_finding, 'audit_finding:' || encode(sha256(convert_to(v_finding::text, 'UTF8')), 'hex'))
    ON CONFLICT (idempotency_key) DO NOTHING
    RETURNING event_id INTO v_event_id;
    IF v_event_id IS NOT NULL THEN
        UPDATE agent.task_events AS t
        SET status = 'failed',
            failure_kind = 'refused',
            error_message = concat_ws(' ', p_kind, 'position ' || p_position, 'leaf ' || p_leaf_id, v_finding ->> 'table',
                v_finding ->> 'key') || ': ' || (v_finding ->> 'reason'),
            processed_at = clock_timestamp()
        WHERE t.event_id = v_event_id;
        PERFORM pg_notify('erp_audit_finding', v_event_id::text);
    END IF;
    RETURN v_event_id;
END
$function$;
COMMENT ON FUNCTION erp.report_audit_finding(text, bigint, bigint, text, text, text) IS
'The auditor brings a finding before people: an AUDIT_FINDING event in erp.inbox and a notification on erp_audit_finding, once for each; NULL when it was told before.';
ALTER FUNCTION erp.report_audit_finding(text, bigint, bigint, text, text, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.report_audit_finding(text, bigint, bigint, text, text, text) FROM PUBLIC;
