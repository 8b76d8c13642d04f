CREATE OR REPLACE FUNCTION erp.schedule_goods_issue(p_sales_order_id bigint)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    INSERT INTO agent.task_events (event_type, payload, idempotency_key, run_at)
    SELECT
        'GOODS_SHIPPED', jsonb_build_object('sales_order_id', o.sales_order_id),
        format('ship:%s:%s', o.sales_order_id, o.delivery_date),
        greatest(o.delivery_date::timestamp AT TIME ZONE m.time_zone, erp.now())
    FROM erp.sales_orders AS o
    JOIN erp.companies AS m USING (company_id)
    WHERE o.sales_order_id = p_sales_order_id
    AND o.order_status = 'confirmed'
    AND o.fulfilment_mode = 'immediate'
    AND o.delivery_date IS NOT NULL
    ON CONFLICT (idempotency_key) DO NOTHING;
END
$function$;
COMMENT ON FUNCTION erp.schedule_goods_issue(bigint) IS
'Goods do not leave tomorrow today: for a released order that ships by itself a GOODS_SHIPPED event waits for the day of delivery, once per order and day.';
ALTER FUNCTION erp.schedule_goods_issue(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.schedule_goods_issue(bigint) FROM PUBLIC;
