CREATE OR REPLACE FUNCTION erp.propose_supplier_payment(
    supplier_id bigint,
    amount numeric,
    bill_number text DEFAULT NULL,
    currency text DEFAULT NULL,
    reference text DEFAULT NULL,
    company_id bigint DEFAULT 1
)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_payment_id bigint;
    v_base numeric;
    v_item bigint;
BEGIN
    -- Paid for a trial, and taken back: what would be refused on approval is refused now.
    BEGIN
        SET CONSTRAINTS ALL DEFERRED;
        v_payment_id := erp.record_supplier_payment(supplier_id, amount, NULL, reference, bill_number, currency, company_id);
        SET CONSTRAINTS ALL IMMEDIATE;
        SELECT p.base_amount INTO v_base FROM erp.payments AS p WHERE p.payment_id = v_payment_id;
        RAISE SQLSTATE 'RP9TR';
    EXCEPTION
        WHEN SQLSTATE 'RP9TR' THEN
            NULL;
    END;
    INSERT INTO agent.approvals (kind, subject_type, subject_id, amount, currency_code, summary, details)
    SELECT
        'supplier_payment', 'supplier', s.supplier_id, v_base, m.base_currency,
        format(
            'Payment of %s %s to %s%s', to_char(propose_supplier_payment.amount, 'FM999999999999990.00'), COALESCE(currency, m.base_currency),
            s.company_name, COALESCE(' for ' || bill_number, '')),
        jsonb_build_object(
            'amount', propose_supplier_payment.amount, 'currency', COALESCE(currency, m.base_currency), 'bill_number', bill_number,
            'reference', reference, 'company_id', m.company_id)
    FROM erp.suppliers AS s
    JOIN erp.companies AS m ON m.company_id = propose_supplier_payment.company_id
    WHERE s.supplier_id = propose_supplier_payment.supplier_id
    RETURNING approval_id INTO v_item;
    RETURN v_item;
END
$function$;
COMMENT ON FUNCTION erp.propose_supplier_payment(bigint, numeric, text, text, text, bigint) IS
'Asks another person to approve a payment to a supplier, checked now as if it were paid. Returns the item for erp.approve(item, reason), which records it that day (2000/1010). RP248, RP010, RP212, RP240, RP241.';
ALTER FUNCTION erp.propose_supplier_payment(bigint, numeric, text, text, text, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.propose_supplier_payment(bigint, numeric, text, text, text, bigint) FROM PUBLIC;
