CREATE OR REPLACE FUNCTION erp.payment_recorded()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF NEW.direction = 'received' THEN
        UPDATE erp.customers SET current_balance = current_balance - NEW.base_amount WHERE customer_id = NEW.customer_id;
    END IF;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.payment_recorded() IS
'Row trigger after a payment is recorded: carries it to the customer''s balance.';
ALTER FUNCTION erp.payment_recorded() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.payment_recorded() FROM PUBLIC;
