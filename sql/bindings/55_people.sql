-- What people look at first: where each order stands, and what was refused. Replaced in place, so that what others built upon
-- them stays; a changed column needs a migration that drops the view.
CREATE OR REPLACE VIEW erp.order_progress
WITH (security_invoker = true) AS
SELECT
    o.sales_order_id,
    o.customer_reference AS reference,
    c.customer_name AS customer,
    o.order_status,
    o.total_invoice_value AS total,
    o.currency_code AS currency,
    e.created_at AS received_at,
    round(extract(EPOCH FROM e.processed_at - e.created_at) * 1000, 1) AS decided_ms,
    round(extract(EPOCH FROM v.processed_at - e.created_at) * 1000, 1) AS invoiced_ms,
    i.invoice_number,
    o.hold_reason_code AS held_for,
    o.hold_reason
FROM erp.sales_orders AS o
JOIN erp.customers AS c USING (customer_id)
LEFT JOIN agent.task_events AS e ON e.event_id = o.source_event_id
LEFT JOIN LATERAL (
    SELECT x.invoice_number
    FROM erp.invoices AS x
    WHERE x.sales_order_id = o.sales_order_id
    ORDER BY x.invoice_id
    LIMIT 1
) AS i ON true
LEFT JOIN LATERAL (
    SELECT max(x.processed_at) AS processed_at
    FROM agent.task_events AS x
    WHERE x.subject_key = 'sales_order:' || o.sales_order_id
    AND x.event_type = 'INVOICE_CUSTOMER'
    AND x.status = 'completed'
) AS v ON true;
COMMENT ON VIEW erp.order_progress IS
'Each order''s way: from which event, decided and invoiced after how many milliseconds, invoice number, or what it is held for.';
ALTER VIEW erp.order_progress OWNER TO erp_owner;

CREATE OR REPLACE VIEW erp.refusals
WITH (security_invoker = true) AS
SELECT
    l.created_at AS at,
    l.actor,
    l.action_type AS tool,
    l.sqlstate,
    l.reason,
    (l.detail ->> 'gap')::numeric AS gap,
    COALESCE(e.payload ->> 'reference', o.customer_reference) AS reference,
    l.task_id AS event_id
FROM agent.authorization_logs AS l
LEFT JOIN agent.task_events AS e ON e.event_id = l.task_id
LEFT JOIN erp.sales_orders AS o ON o.sales_order_id = substring(e.subject_key FROM '^sales_order:([0-9]{1,18})$')::bigint
WHERE NOT l.was_authorized;
COMMENT ON VIEW erp.refusals IS
'What was refused: by which code and reason, with the gap where there is one, and the event it belongs to.';
ALTER VIEW erp.refusals OWNER TO erp_owner;
