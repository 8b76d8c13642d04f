CREATE OR REPLACE FUNCTION erp.ask_release_approval(p_sales_order_id bigint)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_hash CONSTANT text := erp.order_content_hash(p_sales_order_id);
BEGIN
    PERFORM
    FROM agent.approvals
    WHERE kind = 'sales_order'
    AND subject_type = 'sales_order'
    AND subject_id = p_sales_order_id
    AND status = 'pending'
    AND details ->> 'content_hash' = v_hash;
    IF FOUND OR v_hash IS NULL THEN
        RETURN;
    END IF;
    -- What is asked for is this content; what was asked before is void.
    PERFORM erp.void_order_approvals(p_sales_order_id, 'the order or a rule changed');
    INSERT INTO agent.approvals (kind, subject_type, subject_id, amount, currency_code, summary, details, requested_by)
    SELECT
        'sales_order', 'sales_order', o.sales_order_id, o.total_base_value, m.base_currency,
        format('Order %s of %s over %s', o.sales_order_id, c.customer_name, to_char(o.total_base_value, 'FM999999999990.00')),
        jsonb_build_object(
            'content_hash', v_hash, 'threshold', erp.sop_number('high_value_invoice_approval_gate', 'threshold')),
        COALESCE(o.confirmed_by, session_user)
    FROM erp.sales_orders AS o
    JOIN erp.customers AS c USING (customer_id)
    JOIN erp.companies AS m ON m.company_id = o.company_id
    WHERE o.sales_order_id = p_sales_order_id;
END
$function$;
COMMENT ON FUNCTION erp.ask_release_approval(bigint) IS
'Puts an order that waits for review into the inbox, in the name of who released it; an older request for other content, or under other rules, is void.';
ALTER FUNCTION erp.ask_release_approval(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.ask_release_approval(bigint) FROM PUBLIC;
