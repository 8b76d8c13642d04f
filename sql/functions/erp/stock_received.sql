CREATE OR REPLACE FUNCTION erp.stock_received()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF EXISTS (SELECT FROM new_moves WHERE quantity > 0) THEN
        PERFORM erp.requeue_held_orders(
            'receipt', (SELECT max(move_id) FROM new_moves), NULL,
            (SELECT array_agg(DISTINCT product_id) FROM new_moves WHERE quantity > 0));
    END IF;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.stock_received() IS
'Statement trigger on stock moves: what came in queues the orders that were held for it.';
ALTER FUNCTION erp.stock_received() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.stock_received() FROM PUBLIC;
