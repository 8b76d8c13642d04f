CREATE OR REPLACE FUNCTION erp.invoice_posted()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF NEW.direction = 'customer' THEN
        UPDATE erp.customers
        SET current_balance = current_balance
            + CASE NEW.document_type WHEN 'invoice' THEN NEW.base_gross_total ELSE -NEW.base_gross_total END
        WHERE customer_id = NEW.customer_id;
    END IF;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.invoice_posted() IS
'Row trigger after an invoice is posted: carries it to the customer''s balance.';
ALTER FUNCTION erp.invoice_posted() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.invoice_posted() FROM PUBLIC;
