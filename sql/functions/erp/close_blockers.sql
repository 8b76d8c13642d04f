CREATE OR REPLACE FUNCTION erp.close_blockers(
    company_id bigint,
    fiscal_year integer,
    period_number integer,
    area text DEFAULT NULL
)
RETURNS TABLE (blocking_area text, blocker text, reference text, detail text, is_accruable boolean)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_period record;
    v_time_zone text;
BEGIN
    SELECT p.* INTO v_period
    FROM erp.fiscal_periods AS p
    WHERE p.company_id = close_blockers.company_id
    AND p.fiscal_year = close_blockers.fiscal_year
    AND p.period_number = close_blockers.period_number;
    SELECT c.time_zone INTO v_time_zone FROM erp.companies AS c WHERE c.company_id = close_blockers.company_id;
    RETURN QUERY
    SELECT b.blocking_area, b.blocker, b.reference, b.detail, b.is_accruable
    FROM (
        SELECT
            'sales' AS blocking_area, 'shipped not invoiced' AS blocker, 'sales_order ' || u.sales_order_id AS reference,
            format('%s units over %s', trim_scale(u.quantity), u.base_value) AS detail, true AS is_accruable
        FROM erp.unbilled_shipments(v_period.company_id, v_period.ends_on) AS u
        WHERE erp.accrued_revenue(v_period.period_id) <> (
            SELECT sum(a.base_value) FROM erp.unbilled_shipments(v_period.company_id, v_period.ends_on) AS a)
        UNION ALL
        -- What was received stands in 2050 already: it is listed to be looked at, and no further journal is needed.
        SELECT
            'purchasing', 'received not billed', 'purchase_order ' || i.purchase_order_id,
            format('%s units of line %s', trim_scale(i.quantity_received - i.quantity_invoiced), i.item_id), true
        FROM erp.purchase_order_items AS i
        JOIN erp.purchase_orders AS o USING (purchase_order_id)
        WHERE o.company_id = v_period.company_id
        AND i.quantity_received > i.quantity_invoiced
        AND EXISTS (
            SELECT
            FROM erp.goods_receipts AS r
            WHERE r.purchase_order_id = i.purchase_order_id
            AND r.received_on <= v_period.ends_on)
        UNION ALL
        SELECT
            'bank', 'unmatched bank line', 'bank_statement_line ' || l.line_id,
            format('%s on %s', trim_scale(l.amount), l.booked_on), false
        FROM erp.bank_statement_lines AS l
        JOIN erp.bank_statements AS s USING (statement_id)
        WHERE s.company_id = v_period.company_id
        AND l.payment_id IS NULL
        AND l.booked_on <= v_period.ends_on
        UNION ALL
        SELECT 'purchasing', 'entered bill', 'supplier_bill ' || b.bill_id, format('%s on %s', b.bill_number, b.document_date), false
        FROM erp.supplier_bills AS b
        WHERE b.company_id = v_period.company_id
        AND b.status = 'entered'
        AND b.document_date <= v_period.ends_on
        UNION ALL
        SELECT 'ledger', 'proposed journal', 'journal_draft ' || d.draft_id, format('%s on %s', d.description, d.posted_on), false
        FROM erp.journal_drafts AS d
        WHERE d.company_id = v_period.company_id
        AND d.status = 'proposed'
        AND d.posted_on <= v_period.ends_on
        UNION ALL
        SELECT 'ledger', 'open task', 'task ' || t.event_id, format('%s is %s', t.event_type, t.status), false
        FROM agent.task_events AS t
        WHERE t.status IN ('pending', 'processing')
        AND (t.run_at AT TIME ZONE v_time_zone)::date <= v_period.ends_on
    ) AS b
    WHERE close_blockers.area IS NULL
    OR b.blocking_area = close_blockers.area
    ORDER BY b.blocking_area, b.blocker, b.reference;
END
$function$;
COMMENT ON FUNCTION erp.close_blockers(bigint, integer, integer, text) IS
'What stands against closing a period, or one area of it: goods issued and not invoiced or received and not billed by its last day, bank lines without payment, entered bills, proposed journals and open tasks dated up to it. is_accruable: erp.close_period may accrue it instead.';
ALTER FUNCTION erp.close_blockers(bigint, integer, integer, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.close_blockers(bigint, integer, integer, text) FROM PUBLIC;
