CREATE OR REPLACE FUNCTION erp.refresh_sales_order(p_sales_order_id bigint)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_total record;
    v_uninvoiced numeric;
    v_minor_unit integer;
BEGIN
    SELECT COALESCE(sum(p.net_amount), 0) AS net, COALESCE(sum(p.tax_amount), 0) AS tax INTO v_total
    FROM erp.priced_lines(p_sales_order_id, 'ordered') AS p;
    IF EXISTS (SELECT FROM erp.sales_order_items WHERE sales_order_id = p_sales_order_id AND quantity_invoiced > 0) THEN
        SELECT COALESCE(sum(p.net_amount + p.tax_amount), 0) INTO v_uninvoiced
        FROM erp.priced_lines(p_sales_order_id, 'uninvoiced') AS p;
    ELSE
        v_uninvoiced := v_total.net + v_total.tax;
    END IF;
    SELECT c.minor_unit INTO v_minor_unit
    FROM erp.sales_orders AS o
    JOIN erp.companies AS m USING (company_id)
    JOIN erp.currencies AS c ON c.currency_code = m.base_currency
    WHERE o.sales_order_id = p_sales_order_id;
    UPDATE erp.sales_orders
    SET net_value = v_total.net,
        tax_value = v_total.tax,
        total_invoice_value = v_total.net + v_total.tax,
        total_base_value = round((v_total.net + v_total.tax) * exchange_rate, v_minor_unit),
        uninvoiced_base_value = round(v_uninvoiced * exchange_rate, v_minor_unit),
        order_status = erp.derived_order_status(p_sales_order_id, order_status)
    WHERE sales_order_id = p_sales_order_id;
END
$function$;
COMMENT ON FUNCTION erp.refresh_sales_order(bigint) IS
'Brings an order''s totals and derived status in line with its lines; called by the trigger on the lines.';
ALTER FUNCTION erp.refresh_sales_order(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.refresh_sales_order(bigint) FROM PUBLIC;
