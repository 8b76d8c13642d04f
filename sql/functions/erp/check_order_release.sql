CREATE OR REPLACE FUNCTION erp.check_order_release(p_sales_order_id bigint, p_customer_id bigint, p_on date, p_rate numeric)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_customer record;
    v_line record;
    v_threshold numeric := erp.sop_number('market_intelligence_price_validation', 'threshold_pct');
    v_months integer := erp.sop_number('market_intelligence_price_validation', 'months');
BEGIN
    -- Money decisions about one customer happen one after the other; other customers do not wait.
    SELECT * INTO v_customer FROM erp.customers WHERE customer_id = p_customer_id FOR NO KEY UPDATE;
    IF v_customer.account_status <> 'active' THEN
        RAISE EXCEPTION 'customer % is %', v_customer.customer_name, v_customer.account_status
            USING ERRCODE = 'RP302',
            DETAIL = jsonb_build_object('customer_id', p_customer_id, 'account_status', v_customer.account_status, 'is_prospect', v_customer.is_prospect)::text,
            HINT = 'a person opens the account: UPDATE erp_customers SET account_status = ''active'', maximum_credit_limit = ...',
            TABLE = 'customers', SCHEMA = 'erp';
    END IF;
    SELECT
        i.line_number, p.stock_keeping_unit, i.unit_price, i.list_price, fault.code, market.average, fault.net_price
    INTO v_line
    FROM (SELECT true) AS one
    LEFT JOIN erp.sales_order_items AS i ON i.sales_order_id = p_sales_order_id
    LEFT JOIN erp.products AS p ON p.product_id = i.product_id
    LEFT JOIN LATERAL (
        SELECT avg(m.market_average_price) AS average
        FROM erp.market_intelligence AS m
        WHERE m.product_sku = p.stock_keeping_unit
        AND m.reference_period_end > (p_on - make_interval(months => v_months))::date
        AND m.reference_period_start <= p_on
    ) AS market ON true
    CROSS JOIN LATERAL (
        SELECT
            i.unit_price * (100 - i.discount_percent) * 0.01 * p_rate AS net_price,
            CASE
                WHEN i.item_id IS NULL THEN 'RP303'
                WHEN NOT p.is_active OR p_on NOT BETWEEN p.sold_from AND p.sold_until THEN 'RP306'
                WHEN i.tax_code IS NULL THEN 'RP220'
                WHEN i.unit_price < i.list_price THEN 'RP307'
                WHEN i.unit_price * (100 - i.discount_percent) * p_rate > market.average * (100 + v_threshold) THEN 'RP305'
            END AS code
    ) AS fault
    WHERE fault.code IS NOT NULL
    ORDER BY i.line_number
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '%', CASE v_line.code
            WHEN 'RP303' THEN format('order %s has no lines', p_sales_order_id)
            WHEN 'RP306' THEN format('line %s: product %s is not sold on %s', v_line.line_number, v_line.stock_keeping_unit, p_on)
            WHEN 'RP220' THEN format('line %s: no tax code is determined for product %s', v_line.line_number, v_line.stock_keeping_unit)
            WHEN 'RP307' THEN format('line %s: price of %s is below its list price', v_line.line_number, v_line.stock_keeping_unit)
            ELSE format('line %s: price of %s is more than %s %% above market', v_line.line_number, v_line.stock_keeping_unit, v_threshold) END
            USING ERRCODE = v_line.code,
            DETAIL = jsonb_strip_nulls(jsonb_build_object(
                'sales_order_id', p_sales_order_id, 'line', v_line.line_number, 'sku', v_line.stock_keeping_unit,
                'unit_price', v_line.unit_price, 'list_price', v_line.list_price, 'net_price', round(v_line.net_price, 6),
                'market_average', round(v_line.average, 6),
                'gap', CASE v_line.code
                    WHEN 'RP307' THEN v_line.list_price - v_line.unit_price
                    WHEN 'RP305' THEN round(v_line.net_price - v_line.average * (100 + v_threshold) * 0.01, 6) END))::text,
            HINT = CASE v_line.code
                WHEN 'RP303' THEN 'add lines to the order'
                WHEN 'RP306' THEN 'offer another product, or correct sold_from, sold_until or is_active'
                WHEN 'RP220' THEN 'add the row to erp.tax_determinations; without one nothing is taxed at 0 %'
                WHEN 'RP307' THEN 'use the list price, or record a dated price in erp_price_lists'
                ELSE 'lower the price by the gap, or record newer market data' END,
            TABLE = 'sales_order_items', SCHEMA = 'erp';
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.check_order_release(bigint, bigint, date, numeric) IS
'What must be true before an order is released, beside the stored rules: active customer (RP302), lines (RP303), products sold on the day (RP306), tax determined (RP220), no price below list (RP307) or above market by more than the SOP allows (RP305). Locks the customer row FOR NO KEY UPDATE.';
ALTER FUNCTION erp.check_order_release(bigint, bigint, date, numeric) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.check_order_release(bigint, bigint, date, numeric) FROM PUBLIC;
