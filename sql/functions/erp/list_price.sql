CREATE OR REPLACE FUNCTION erp.list_price(p_product_id bigint, p_customer_id bigint, p_currency text, p_rate numeric, p_on date)
RETURNS TABLE (unit_price numeric, origin text)
LANGUAGE plpgsql
STABLE
ROWS 1
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN QUERY
    SELECT l.unit_price, CASE WHEN l.customer_id IS NULL THEN 'price_list' ELSE 'customer_price' END
    FROM erp.price_lists AS l
    WHERE l.product_id = p_product_id
    AND (l.customer_id = p_customer_id OR l.customer_id IS NULL)
    AND l.currency_code = p_currency
    AND p_on BETWEEN l.valid_from AND l.valid_to
    ORDER BY l.customer_id NULLS LAST
    LIMIT 1;
    IF NOT FOUND THEN
        RETURN QUERY
        SELECT round(p.standard_sale_price / p_rate, 6), 'standard'
        FROM erp.products AS p
        WHERE p.product_id = p_product_id;
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.list_price(bigint, bigint, text, numeric, date) IS
'The net unit price on a day: the customer''s own list, else the general list, else the product''s standard price converted at the given rate; with its origin.';
ALTER FUNCTION erp.list_price(bigint, bigint, text, numeric, date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.list_price(bigint, bigint, text, numeric, date) FROM PUBLIC;
