CREATE OR REPLACE FUNCTION erp.period_guard()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_row CONSTANT jsonb := to_jsonb(NEW);
BEGIN
    PERFORM erp.require_open_period(
        COALESCE(
            (v_row ->> 'company_id')::bigint,
            (SELECT w.company_id FROM erp.warehouses AS w WHERE w.warehouse_id = (v_row ->> 'warehouse_id')::bigint),
            (SELECT p.company_id FROM erp.payments AS p WHERE p.payment_id = (v_row ->> 'payment_id')::bigint),
            (SELECT o.company_id FROM erp.purchase_orders AS o WHERE o.purchase_order_id = (v_row ->> 'purchase_order_id')::bigint)),
        (v_row ->> TG_ARGV[0])::date,
        CASE v_row ->> 'direction' WHEN 'supplier' THEN 'purchasing' ELSE TG_ARGV[1] END);
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION erp.period_guard() IS
'Row trigger before a document, allocation or stock move is dated: the column that the trigger names lies in a period open to the area that it names, purchasing for suppliers'' documents (RP204, RP205), whether a journal goes with it or not.';
ALTER FUNCTION erp.period_guard() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.period_guard() FROM PUBLIC;
