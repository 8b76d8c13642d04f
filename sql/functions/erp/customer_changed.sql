CREATE OR REPLACE FUNCTION erp.customer_changed()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF NEW.maximum_credit_limit > OLD.maximum_credit_limit
        OR (NEW.account_status = 'active' AND OLD.account_status <> 'active')
        OR NEW.customer_tier <> OLD.customer_tier
    THEN
        -- The moment names the change: transaction ids begin anew in a restored cluster.
        PERFORM erp.requeue_held_orders(
            'customer_change', (extract(EPOCH FROM clock_timestamp()) * 1000000)::bigint, NEW.customer_id, NULL);
    END IF;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.customer_changed() IS
'Row trigger after a customer changed: a higher limit, a reopened account or another tier queues the held orders again.';
ALTER FUNCTION erp.customer_changed() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.customer_changed() FROM PUBLIC;
