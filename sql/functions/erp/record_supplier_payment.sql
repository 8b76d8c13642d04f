CREATE OR REPLACE FUNCTION erp.record_supplier_payment(
    supplier_id bigint,
    amount numeric,
    paid_on date DEFAULT NULL,
    reference text DEFAULT NULL,
    bill_number text DEFAULT NULL,
    currency text DEFAULT NULL,
    company_id bigint DEFAULT 1
)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_supplier record;
BEGIN
    SELECT s.supplier_id, s.company_name INTO v_supplier
    FROM erp.suppliers AS s
    WHERE s.supplier_id = record_supplier_payment.supplier_id
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'supplier_id: no supplier %', record_supplier_payment.supplier_id
            USING ERRCODE = 'RP248', DETAIL = jsonb_build_object('supplier_id', record_supplier_payment.supplier_id)::text,
            HINT = 'SELECT supplier_id, company_name FROM erp_suppliers';
    END IF;
    RETURN erp.record_payment(
        'paid', v_supplier.supplier_id, v_supplier.company_name, amount, paid_on, reference, bill_number, currency, company_id);
END
$function$;
COMMENT ON FUNCTION erp.record_supplier_payment(bigint, numeric, date, text, text, text, bigint) IS
'Records money paid to a supplier in any currency: journal (2000/1010), settles the named bill first and then the oldest of that currency, with the exchange result (5400), keeps the rest as our credit. Returns payment_id. RP248 unknown supplier, RP010, RP212, RP240, RP241, RP217. Called when another person approved erp.propose_supplier_payment, and by the bank reconciliation. Locks the supplier.';
ALTER FUNCTION erp.record_supplier_payment(bigint, numeric, date, text, text, text, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.record_supplier_payment(bigint, numeric, date, text, text, text, bigint) FROM PUBLIC;
