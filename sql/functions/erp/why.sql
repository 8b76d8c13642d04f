CREATE OR REPLACE FUNCTION erp.why(subject_type text, subject_id bigint)
RETURNS TABLE (at timestamptz, what text, who text, detail text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    -- The inbox calls an event a task.
    v_type CONSTANT text := CASE subject_type WHEN 'task' THEN 'event' ELSE subject_type END;
    v_order_id bigint;
    v_task_ids bigint[];
BEGIN
    v_order_id := CASE v_type
        WHEN 'sales_order' THEN subject_id
        WHEN 'invoice' THEN (SELECT i.sales_order_id FROM erp.invoices AS i WHERE i.invoice_id = subject_id)
        WHEN 'transaction' THEN COALESCE(
            (SELECT i.sales_order_id FROM erp.invoices AS i WHERE i.transaction_id = subject_id),
            (SELECT s.sales_order_id FROM erp.shipments AS s WHERE s.transaction_id = subject_id))
        WHEN 'event' THEN (
            SELECT COALESCE(
                (SELECT o.sales_order_id FROM erp.sales_orders AS o WHERE o.source_event_id = subject_id),
                substring(e.subject_key FROM '^sales_order:([0-9]{1,18})$')::bigint)
            FROM agent.task_events AS e
            WHERE e.event_id = subject_id)
    END;
    IF v_type IS NULL OR v_type NOT IN ('sales_order', 'invoice', 'transaction', 'event') THEN
        RAISE EXCEPTION 'unknown subject type %', subject_type
            USING ERRCODE = 'RP903', DETAIL = jsonb_build_object('subject_type', subject_type)::text,
            HINT = 'use sales_order, invoice, transaction, event or task';
    END IF;
    SELECT array_agg(e.event_id) INTO v_task_ids
    FROM agent.task_events AS e
    -- Open and finished tasks are found by an index each.
    WHERE (e.subject_key = 'sales_order:' || v_order_id AND e.status IN ('pending', 'processing'))
    OR (e.subject_key = 'sales_order:' || v_order_id AND e.status IN ('completed', 'failed'))
    OR e.event_id = CASE v_type WHEN 'event' THEN subject_id END
    OR e.event_id = (SELECT o.source_event_id FROM erp.sales_orders AS o WHERE o.sales_order_id = v_order_id);
    RETURN QUERY
    SELECT story.at, story.what, story.who, story.detail
    FROM (
        SELECT e.created_at AS at, 'event ' || e.event_type AS what, e.target_agent AS who,
            format(
                'event %s is %s%s%s', e.event_id, e.status, COALESCE(': ' || e.error_message, ''),
                ' (dismissed: ' || e.dismiss_reason || ')') AS detail, 1 AS rank
        FROM agent.task_events AS e
        WHERE e.event_id = ANY (v_task_ids)
        UNION ALL
        SELECT l.created_at, CASE WHEN l.was_authorized THEN 'allowed ' ELSE 'refused ' END || l.action_type, l.actor::text,
            COALESCE(l.sqlstate || ' ', '') || COALESCE(l.reason, '') || COALESCE(' (gap ' || (l.detail ->> 'gap') || ')', ''), 2
        FROM agent.authorization_logs AS l
        WHERE l.task_id = ANY (v_task_ids)
        UNION ALL
        SELECT a.created_at, 'approval asked', a.requested_by::text, a.summary, 3
        FROM agent.approvals AS a
        WHERE a.subject_type = 'sales_order' AND a.subject_id = v_order_id
        UNION ALL
        SELECT a.decided_at, 'approval ' || a.status, a.decided_by::text, a.decision_reason, 4
        FROM agent.approvals AS a
        WHERE a.subject_type = 'sales_order' AND a.subject_id = v_order_id AND a.decided_at IS NOT NULL
        UNION ALL
        SELECT s.created_at, 'shipment', NULL, format('shipment %s on %s, journal %s', s.shipment_id, s.shipped_on, s.transaction_id), 5
        FROM erp.shipments AS s
        WHERE s.sales_order_id = v_order_id
        UNION ALL
        SELECT i.created_at, 'invoice', NULL,
            format('%s of %s over %s %s, journal %s', i.invoice_number, i.document_date, trim_scale(i.gross_total), i.currency_code, i.transaction_id), 6
        FROM erp.invoices AS i
        WHERE i.sales_order_id = v_order_id
        UNION ALL
        SELECT p.created_at, 'receipt', NULL, format('payment %s settles %s', p.payment_id, trim_scale(p.amount)), 7
        FROM erp.payment_allocations AS p
        JOIN erp.invoices AS i USING (invoice_id)
        WHERE i.sales_order_id = v_order_id
    ) AS story
    ORDER BY story.at, story.rank;
END
$function$;
COMMENT ON FUNCTION erp.why(text, bigint) IS
'The story of a sales_order, invoice, transaction or event (also called task) in order of time: events, decisions with their codes, approvals, documents, journals.';
ALTER FUNCTION erp.why(text, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.why(text, bigint) FROM PUBLIC;
