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
    v_posted erp.financial_transactions;
    v_payment_id bigint;
    v_draft_id bigint;
    v_call_ids bigint[];
    v_judged_at timestamptz;
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
    IF v_type = 'transaction' THEN
        SELECT t.* INTO v_posted FROM erp.financial_transactions AS t WHERE t.transaction_id = subject_id;
        SELECT p.payment_id INTO v_payment_id FROM erp.payments AS p WHERE p.transaction_id = subject_id;
        SELECT d.draft_id INTO v_draft_id FROM erp.journal_drafts AS d WHERE d.transaction_id = subject_id;
        -- The task whose call recorded the payment or posted the journal.
        SELECT array_agg(l.task_id), COALESCE(max(l.created_at), v_posted.posted_timestamp) INTO v_call_ids, v_judged_at
        FROM agent.authorization_logs AS l
        WHERE l.was_authorized
        AND ((l.target_table = 'erp.payments' AND l.record_id = v_payment_id::text)
            OR (l.target_table = 'erp.financial_transactions' AND l.record_id = subject_id::text));
    END IF;
    SELECT array_agg(e.event_id) INTO v_task_ids
    FROM agent.task_events AS e
    -- Open and finished tasks are found by an index each.
    WHERE (e.subject_key = 'sales_order:' || v_order_id AND e.status IN ('pending', 'processing'))
    OR (e.subject_key = 'sales_order:' || v_order_id AND e.status IN ('completed', 'failed'))
    OR e.event_id = CASE v_type WHEN 'event' THEN subject_id END
    OR e.event_id = (SELECT o.source_event_id FROM erp.sales_orders AS o WHERE o.sales_order_id = v_order_id)
    OR e.event_id = ANY (v_call_ids);
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
        WHERE (a.subject_type, a.subject_id) IN (('sales_order', v_order_id), ('journal_draft', v_draft_id))
        UNION ALL
        SELECT a.decided_at, 'approval ' || a.status, a.decided_by::text, a.decision_reason, 4
        FROM agent.approvals AS a
        WHERE (a.subject_type, a.subject_id) IN (('sales_order', v_order_id), ('journal_draft', v_draft_id)) AND a.decided_at IS NOT NULL
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
        UNION ALL
        -- A figure's own way: the versions of the rules it passed, the model's session, the document, the journal and its legs.
        SELECT v_judged_at, format('rule %s version %s', r.rule_name, r.version), r.changed_by::text, format('%s, judged by it: %s', r.mode, g.target), 8
        FROM (VALUES ('erp.sales_orders', 'UPDATE', v_order_id), ('erp.payments', 'INSERT', v_payment_id),
            ('erp.financial_transactions', 'INSERT', v_posted.transaction_id), ('erp.journal_entries', 'INSERT', v_posted.transaction_id)) AS g (target, operation, id)
        CROSS JOIN LATERAL erp.rule_versions_at(g.target::regclass, g.operation, v_judged_at) AS r
        WHERE v_posted.transaction_id IS NOT NULL
        AND g.id IS NOT NULL
        UNION ALL
        SELECT s.started_at, 'session', a.database_role::text, format('session %s, trace %s, is %s', s.session_id, s.trace_id, s.status), 9
        FROM agent.sessions AS s
        JOIN agent.agents AS a USING (agent_id)
        WHERE s.task_id = ANY (v_task_ids)
        AND v_posted.transaction_id IS NOT NULL
        UNION ALL
        SELECT p.created_at, 'payment', NULL, format('payment %s %s: %s %s on %s', p.payment_id, p.direction, trim_scale(p.amount), p.currency_code, p.paid_on), 10
        FROM erp.payments AS p
        WHERE p.payment_id = v_payment_id
        UNION ALL
        SELECT
            v_posted.posted_timestamp, 'journal', v_posted.posted_by::text,
            format(
                'transaction %s of %s: %s, from %s%s%s%s', v_posted.transaction_id, v_posted.posted_on, v_posted.semantic_description,
                v_posted.source_document_type, ' ' || v_posted.source_document_reference,
                ', reverses ' || v_posted.reverses_transaction_id,
                ', reversed by ' || (SELECT r.transaction_id FROM erp.financial_transactions AS r WHERE r.reverses_transaction_id = v_posted.transaction_id)),
            11
        WHERE v_posted.transaction_id IS NOT NULL
        UNION ALL
        SELECT
            v_posted.posted_timestamp, 'posting', NULL,
            format('%s %s: %s %s %s', a.account_code, a.account_name, CASE WHEN j.is_credit_entry THEN 'credit' ELSE 'debit' END,
                trim_scale(j.absolute_amount), j.currency_code), 12
        FROM erp.journal_entries AS j
        JOIN erp.accounts AS a USING (account_id)
        WHERE j.transaction_id = v_posted.transaction_id
    ) AS story
    ORDER BY story.at, story.rank, story.detail;
END
$function$;
COMMENT ON FUNCTION erp.why(text, bigint) IS
'The story of a sales_order, invoice, transaction or event (also called task) in order of time: events, decisions with their codes, approvals, documents, journals. A transaction is walked back from its legs to its document, event, agent, session and the versions of the rules then in force.';
ALTER FUNCTION erp.why(text, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.why(text, bigint) FROM PUBLIC;
