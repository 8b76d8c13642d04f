CREATE OR REPLACE FUNCTION erp.renew_release_approvals()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    PERFORM erp.ask_release_approval(o.sales_order_id)
    FROM erp.sales_orders AS o
    WHERE o.order_status = 'pending_review'
    ORDER BY o.sales_order_id;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.renew_release_approvals() IS
'Statement trigger on the rules: an approval binds their versions, so orders that wait for review ask again when a rule about orders changed.';
ALTER FUNCTION erp.renew_release_approvals() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.renew_release_approvals() FROM PUBLIC;
