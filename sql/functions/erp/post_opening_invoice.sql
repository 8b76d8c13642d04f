CREATE OR REPLACE FUNCTION erp.post_opening_invoice(
    direction text,
    party_id bigint,
    invoice_number text,
    document_date date,
    due_date date,
    gross numeric,
    posted_on date,
    company_id bigint DEFAULT 1
)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_company record;
    v_transaction_id bigint;
    v_invoice_id bigint;
BEGIN
    -- Our own series would meet the number one day and could never pass it.
    IF direction = 'customer' AND invoice_number ~ '^(INV|CN)-[0-9]{4}-' THEN
        RAISE EXCEPTION 'invoice_number: % looks like a number of our own series', invoice_number
            USING ERRCODE = 'RP010', DETAIL = jsonb_build_object('path', 'invoice_number', 'found', invoice_number)::text,
            HINT = 'put a prefix before numbers of the old books, such as OLD-';
    END IF;
    SELECT m.* INTO v_company FROM erp.companies AS m WHERE m.company_id = post_opening_invoice.company_id;
    v_transaction_id := erp.post_ledger(
        format('Opening item %s', invoice_number),
        jsonb_build_array(
            jsonb_build_object('account_code', CASE direction WHEN 'customer' THEN '1100' ELSE '3900' END, 'amount', gross, 'is_credit', false),
            jsonb_build_object('account_code', CASE direction WHEN 'customer' THEN '3900' ELSE '2000' END, 'amount', gross, 'is_credit', true)),
        posted_on, 'opening', invoice_number, NULL, NULL, v_company.company_id);
    INSERT INTO erp.invoices (
        company_id, direction, document_type, invoice_number, customer_id, supplier_id, document_date, delivery_date, due_date,
        posting_date, currency_code, rounding_policy, net_total, tax_total, gross_total, base_gross_total, amount_open, transaction_id)
    VALUES (
        v_company.company_id, direction, 'invoice', invoice_number,
        CASE direction WHEN 'customer' THEN party_id END, CASE direction WHEN 'supplier' THEN party_id END,
        document_date, document_date, due_date, posted_on, v_company.base_currency, v_company.rounding_policy,
        gross, 0, gross, gross, gross, v_transaction_id)
    RETURNING invoice_id INTO v_invoice_id;
    RETURN v_invoice_id;
END
$function$;
COMMENT ON FUNCTION erp.post_opening_invoice(text, bigint, text, date, date, numeric, date, bigint) IS
'An open item of the old books: customer (1100/3900) or supplier (3900/2000), gross, in base currency; its tax was declared there. Returns invoice_id. RP010 for a number of our own series.';
ALTER FUNCTION erp.post_opening_invoice(text, bigint, text, date, date, numeric, date, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.post_opening_invoice(text, bigint, text, date, date, numeric, date, bigint) FROM PUBLIC;
