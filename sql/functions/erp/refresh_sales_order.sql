CREATE OR REPLACE FUNCTION erp.refresh_sales_order(p_sales_order_id bigint, p_is_content boolean)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_total record;
    v_uninvoiced numeric;
    v_minor_unit integer;
    v_status text;
BEGIN
    SELECT COALESCE(sum(p.net_amount), 0) AS net, COALESCE(sum(p.tax_amount), 0) AS tax INTO v_total
    FROM erp.priced_lines(p_sales_order_id, 'ordered') AS p;
    IF EXISTS (SELECT FROM erp.sales_order_items WHERE sales_order_id = p_sales_order_id AND quantity_invoiced > 0) THEN
        SELECT COALESCE(sum(p.net_amount + p.tax_amount), 0) INTO v_uninvoiced
        FROM erp.priced_lines(p_sales_order_id, 'uninvoiced') AS p;
    ELSE
        v_uninvoiced := v_total.net + v_total.tax;
    END IF;
    SELECT c.minor_unit, o.order_status INTO v_minor_unit, v_status
    FROM erp.sales_orders AS o
    JOIN erp.companies AS m USING (company_id)
    JOIN erp.currencies AS c ON c.currency_code = m.base_currency
    WHERE o.sales_order_id = p_sales_order_id;
    IF p_is_content AND v_status IN ('confirmed', 'pending_review') THEN
        PERFORM erp.void_order_approvals(p_sales_order_id, 'the order changed');
    END IF;
    UPDATE erp.sales_orders
    SET net_value = v_total.net,
        tax_value = v_total.tax,
        total_invoice_value = v_total.net + v_total.tax,
        total_base_value = round((v_total.net + v_total.tax) * exchange_rate, v_minor_unit),
        uninvoiced_base_value = round(v_uninvoiced * exchange_rate, v_minor_unit),
        order_status = erp.derived_order_status(p_sales_order_id, order_status),
        edited_by = CASE WHEN p_is_content THEN session_user ELSE edited_by END,
        confirmed_at = CASE WHEN NOT p_is_content OR v_status NOT IN ('confirmed', 'pending_review') THEN confirmed_at END
    WHERE sales_order_id = p_sales_order_id;
    IF v_status IN ('confirmed', 'pending_review') THEN
        PERFORM
        FROM erp.sales_order_items
        WHERE sales_order_id = p_sales_order_id
        AND quantity > quantity_reserved + quantity_shipped + quantity_cancelled;
        IF FOUND THEN
            PERFORM erp.reserve_order(p_sales_order_id);
        END IF;
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.refresh_sales_order(bigint, boolean) IS
'Brings an order''s totals and derived status in line with its lines; called by the triggers. When what a released order says has changed, its approvals are void, it is judged like a release (the stamp confirmed_at is taken away for that) and reserved anew.';
ALTER FUNCTION erp.refresh_sales_order(bigint, boolean) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.refresh_sales_order(bigint, boolean) FROM PUBLIC;
