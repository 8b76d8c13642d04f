CREATE OR REPLACE FUNCTION erp.invoice_guard()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    -- payment_status is generated and not yet computed here, so it cannot be part of the comparison.
    IF to_jsonb(NEW) - 'amount_open' - 'payment_status' IS DISTINCT FROM to_jsonb(OLD) - 'amount_open' - 'payment_status' THEN
        RAISE EXCEPTION 'invoice % is posted and cannot change', OLD.invoice_number
            USING ERRCODE = 'RP203', DETAIL = jsonb_build_object('invoice_id', OLD.invoice_id)::text,
            HINT = 'correct it by a credit note', TABLE = 'invoices', SCHEMA = 'erp';
    END IF;
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION erp.invoice_guard() IS
'Row trigger before an invoice changes: only its open amount may (RP203).';
ALTER FUNCTION erp.invoice_guard() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.invoice_guard() FROM PUBLIC;
