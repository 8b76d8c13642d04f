CREATE OR REPLACE FUNCTION erp.priced_lines(p_sales_order_id bigint, p_basis text)
RETURNS TABLE (
    item_id bigint,
    quantity numeric,
    net_amount numeric,
    tax_code text,
    tax_rate numeric,
    tax_amount numeric
)
LANGUAGE plpgsql
STABLE
ROWS 5
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_policy text;
    v_minor_unit integer;
BEGIN
    SELECT o.rounding_policy, c.minor_unit INTO v_policy, v_minor_unit
    FROM erp.sales_orders AS o
    JOIN erp.currencies AS c USING (currency_code)
    WHERE o.sales_order_id = p_sales_order_id;
    RETURN QUERY
    WITH line AS (
        SELECT
            i.item_id, i.tax_code, COALESCE(i.tax_rate, 0) AS tax_rate, basis.quantity,
            basis.quantity * i.unit_price * (100 - i.discount_percent) * 0.01 AS exact
        FROM erp.sales_order_items AS i
        CROSS JOIN LATERAL (
            SELECT CASE p_basis
                WHEN 'ordered' THEN i.quantity - i.quantity_cancelled
                WHEN 'uninvoiced' THEN i.quantity - i.quantity_cancelled - i.quantity_invoiced
                WHEN 'billable' THEN i.quantity_shipped - i.quantity_invoiced
            END AS quantity
        ) AS basis
        WHERE i.sales_order_id = p_sales_order_id
        AND basis.quantity > 0
    ), netted AS (
        -- Under the per-document policy the document's rounding difference goes to its largest line.
        SELECT line.*, round(line.exact, v_minor_unit) + CASE
            WHEN v_policy = 'per_document' AND line.item_id = first_value(line.item_id) OVER (ORDER BY line.exact DESC, line.item_id)
                THEN round(sum(line.exact) OVER (), v_minor_unit) - sum(round(line.exact, v_minor_unit)) OVER ()
            ELSE 0
        END AS net
        FROM line
    )
    SELECT
        n.item_id, n.quantity, n.net, n.tax_code, n.tax_rate,
        round(n.net * n.tax_rate / 100, v_minor_unit) + CASE
            WHEN v_policy = 'per_document'
                AND n.item_id = first_value(n.item_id) OVER (PARTITION BY n.tax_code, n.tax_rate ORDER BY n.net DESC, n.item_id)
                THEN round(sum(n.net) OVER (PARTITION BY n.tax_code, n.tax_rate) * n.tax_rate / 100, v_minor_unit)
                    - sum(round(n.net * n.tax_rate / 100, v_minor_unit)) OVER (PARTITION BY n.tax_code, n.tax_rate)
            ELSE 0
        END
    FROM netted AS n;
END
$function$;
COMMENT ON FUNCTION erp.priced_lines(bigint, text) IS
'Net and tax of an order''s lines, rounded half away from zero by the document''s policy, for the quantities ''ordered'' (less cancelled), ''uninvoiced'' or ''billable'' (shipped, not invoiced). The one place where documents round.';
ALTER FUNCTION erp.priced_lines(bigint, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.priced_lines(bigint, text) FROM PUBLIC;
