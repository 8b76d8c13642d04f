CREATE OR REPLACE FUNCTION erp.check_settled_invoice(
    p_direction text,
    p_party_id bigint,
    p_party_name text,
    p_invoice_number text,
    p_currency text
)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_currency text;
BEGIN
    IF p_invoice_number IS NULL THEN
        RETURN;
    END IF;
    SELECT i.currency_code INTO v_currency
    FROM erp.invoices AS i
    WHERE i.direction = CASE p_direction WHEN 'received' THEN 'customer' ELSE 'supplier' END
    AND COALESCE(i.customer_id, i.supplier_id) = p_party_id
    AND i.invoice_number = p_invoice_number;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'invoice_number: % % has no invoice %',
            CASE p_direction WHEN 'received' THEN 'customer' ELSE 'supplier' END, p_party_name, p_invoice_number
            USING ERRCODE = 'RP241', DETAIL = jsonb_build_object('invoice_number', p_invoice_number)::text,
            HINT = 'leave it out to settle the oldest invoices first';
    ELSIF v_currency <> p_currency THEN
        RAISE EXCEPTION 'invoice_number: invoice % is in %, the payment in %', p_invoice_number, v_currency, p_currency
            USING ERRCODE = 'RP240',
            DETAIL = jsonb_build_object('invoice_number', p_invoice_number, 'invoice', v_currency, 'payment', p_currency)::text,
            HINT = 'an invoice is settled in its own currency; leave the number out to keep the money as credit';
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.check_settled_invoice(text, bigint, text, text, text) IS
'Refuses a payment that names an invoice its party does not have (RP241) or that is in another currency (RP240).';
ALTER FUNCTION erp.check_settled_invoice(text, bigint, text, text, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.check_settled_invoice(text, bigint, text, text, text) FROM PUBLIC;
