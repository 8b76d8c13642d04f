CREATE OR REPLACE FUNCTION erp.payment_guard()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF to_jsonb(NEW) - 'amount_unallocated' IS DISTINCT FROM to_jsonb(OLD) - 'amount_unallocated' THEN
        RAISE EXCEPTION 'payment % is posted and cannot change', OLD.payment_id
            USING ERRCODE = 'RP203', DETAIL = jsonb_build_object('payment_id', OLD.payment_id)::text,
            HINT = 'correct it by a reversing payment', TABLE = 'payments', SCHEMA = 'erp';
    END IF;
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION erp.payment_guard() IS
'Row trigger before a payment changes: only what is unallocated of it may (RP203).';
ALTER FUNCTION erp.payment_guard() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.payment_guard() FROM PUBLIC;
