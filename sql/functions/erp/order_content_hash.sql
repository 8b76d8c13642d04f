CREATE OR REPLACE FUNCTION erp.order_content_hash(p_sales_order_id bigint)
RETURNS text
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT encode(sha256(convert_to(string_agg(
        concat_ws('|', i.line_number, i.product_id, i.warehouse_id, trim_scale(i.quantity - i.quantity_cancelled),
            trim_scale(i.unit_price), trim_scale(i.discount_percent), i.tax_code, i.tax_rate),
        E'\n' ORDER BY i.line_number), 'UTF8')), 'hex')
    FROM erp.sales_order_items AS i
    WHERE i.sales_order_id = p_sales_order_id
$function$;
COMMENT ON FUNCTION erp.order_content_hash(bigint) IS
'Fingerprint of what an approval of the order binds: lines, quantities, prices, discounts and tax.';
ALTER FUNCTION erp.order_content_hash(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.order_content_hash(bigint) FROM PUBLIC;
