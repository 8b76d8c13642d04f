CREATE OR REPLACE FUNCTION erp.sales_order_exposure()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_before numeric := 0;
    v_after numeric := 0;
BEGIN
    IF OLD.order_status IN ('confirmed', 'pending_review', 'shipped') THEN
        v_before := OLD.uninvoiced_base_value;
    END IF;
    IF NEW.order_status IN ('confirmed', 'pending_review', 'shipped') THEN
        v_after := NEW.uninvoiced_base_value;
    END IF;
    -- A release updates the customer row even by zero: writers at every isolation level then conflict on it.
    IF v_before <> v_after
        OR (NEW.order_status IN ('confirmed', 'pending_review', 'shipped') AND OLD.order_status <> NEW.order_status)
    THEN
        UPDATE erp.customers
        SET uninvoiced_order_value = uninvoiced_order_value + v_after - v_before
        WHERE customer_id = NEW.customer_id;
    END IF;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.sales_order_exposure() IS
'Row trigger after an order changed: carries the uninvoiced part of released orders to the customer''s exposure, before the rule gate judges it. Updates the customer row.';
ALTER FUNCTION erp.sales_order_exposure() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.sales_order_exposure() FROM PUBLIC;
