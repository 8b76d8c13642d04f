CREATE OR REPLACE FUNCTION erp.derived_order_status(p_sales_order_id bigint, p_current text)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_line record;
BEGIN
    IF p_current NOT IN ('confirmed', 'shipped', 'invoiced', 'paid') THEN
        RETURN p_current;
    END IF;
    SELECT
        sum(quantity - quantity_cancelled - quantity_shipped) AS unshipped,
        sum(quantity - quantity_cancelled - quantity_invoiced) AS uninvoiced,
        sum(quantity_shipped) AS shipped
    INTO v_line
    FROM erp.sales_order_items
    WHERE sales_order_id = p_sales_order_id;
    -- Statement by statement: one expression with the subqueries in it would be planned anew each time.
    IF COALESCE(v_line.shipped, 0) = 0 OR v_line.unshipped > 0 THEN
        RETURN 'confirmed';
    ELSIF v_line.uninvoiced > 0 THEN
        RETURN 'shipped';
    END IF;
    RETURN (
        SELECT CASE WHEN count(*) = 0 OR bool_or(amount_open > 0) THEN 'invoiced' ELSE 'paid' END
        FROM erp.invoices
        WHERE sales_order_id = p_sales_order_id);
END
$function$;
COMMENT ON FUNCTION erp.derived_order_status(bigint, text) IS
'What the lines and invoices of a released order say its status is: confirmed, shipped, invoiced or paid.';
ALTER FUNCTION erp.derived_order_status(bigint, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.derived_order_status(bigint, text) FROM PUBLIC;
