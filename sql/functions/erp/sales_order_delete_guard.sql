CREATE OR REPLACE FUNCTION erp.sales_order_delete_guard()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_status text;
BEGIN
    SELECT order_status INTO v_status FROM erp.sales_orders WHERE sales_order_id = OLD.sales_order_id;
    IF COALESCE(v_status, 'draft') <> 'draft' THEN
        RAISE EXCEPTION 'order % is %: nothing of it is deleted', OLD.sales_order_id, v_status
            USING ERRCODE = 'RP311',
            DETAIL = jsonb_build_object('sales_order_id', OLD.sales_order_id, 'order_status', v_status)::text,
            HINT = 'cancel the order, or cancel quantities of its lines', TABLE = TG_TABLE_NAME, SCHEMA = 'erp';
    END IF;
    RETURN OLD;
END
$function$;
COMMENT ON FUNCTION erp.sales_order_delete_guard() IS
'Row trigger before an order or a line is deleted: only drafts may be (RP311).';
ALTER FUNCTION erp.sales_order_delete_guard() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.sales_order_delete_guard() FROM PUBLIC;
