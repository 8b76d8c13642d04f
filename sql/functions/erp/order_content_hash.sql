CREATE OR REPLACE FUNCTION erp.order_content_hash(p_sales_order_id bigint)
RETURNS text
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT encode(sha256(convert_to(concat_ws(
        E'\n',
        (
            SELECT concat_ws('|', o.customer_id, o.currency_code, trim_scale(o.exchange_rate))
            FROM erp.sales_orders AS o
            WHERE o.sales_order_id = p_sales_order_id
        ),
        (
            SELECT string_agg(concat_ws(
                '|', i.line_number, i.product_id, i.warehouse_id, trim_scale(i.quantity - i.quantity_cancelled),
                trim_scale(i.unit_price), trim_scale(i.discount_percent), i.tax_code, i.tax_rate), E'\n' ORDER BY i.line_number)
            FROM erp.sales_order_items AS i
            WHERE i.sales_order_id = p_sales_order_id
        ),
        (
            SELECT string_agg(format('rule %s:%s', r.constraint_id, r.version), E'\n' ORDER BY r.constraint_id)
            FROM agent.constraints AS r
            WHERE r.target_relation IN ('erp.sales_orders'::regclass, 'erp.sales_order_items'::regclass)
            AND r.is_active
            AND r.mode = 'enforce'
        )), 'UTF8')), 'hex')
$function$;
COMMENT ON FUNCTION erp.order_content_hash(bigint) IS
'Fingerprint of what an approval of the order binds: customer, currency and rate, lines with quantities, prices, discounts and tax, and the versions of the rules in force.';
ALTER FUNCTION erp.order_content_hash(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.order_content_hash(bigint) FROM PUBLIC;
