CREATE OR REPLACE FUNCTION erp.post_supplier_bill(p_bill_id bigint)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_bill record;
    v_posted_on date;
    v_legs jsonb;
    v_gap numeric;
    v_place text;
    v_transaction_id bigint;
    v_invoice_id bigint;
BEGIN
    SELECT b.*, s.company_name, k.minor_unit INTO v_bill
    FROM erp.supplier_bills AS b
    JOIN erp.suppliers AS s USING (supplier_id)
    JOIN erp.companies AS m ON m.company_id = b.company_id
    JOIN erp.currencies AS k ON k.currency_code = m.base_currency
    WHERE b.bill_id = p_bill_id;
    PERFORM erp.check_control_accounts(v_bill.lines);
    v_posted_on := erp.first_open_day(v_bill.company_id, v_bill.document_date, 'purchasing');
    -- Each leg at the bill's rate; the cent that rounding leaves goes to the first line, never to the payable.
    WITH line AS (
        SELECT * FROM erp.priced_bill_lines(v_bill.lines, v_bill.currency_code, v_bill.delivery_date)
    ), leg AS (
        SELECT
            l.line_number AS rank, l.account_code, false AS is_credit, l.net_amount AS amount,
            l.dimensions || jsonb_build_object('memo', l.description) AS more
        FROM line AS l
        UNION ALL
        SELECT 1000001, l.tax_account_code, false, sum(l.tax_amount), '{}' FROM line AS l GROUP BY l.tax_account_code
        UNION ALL
        SELECT 1000002, '2300', true, sum(l.tax_amount), '{"memo": "reverse charge"}' FROM line AS l WHERE l.is_reverse_charge
        UNION ALL
        SELECT 1000003, '2000', true, v_bill.gross_total, '{}'
    ), based AS (
        SELECT leg.*, round(leg.amount * v_bill.exchange_rate, v_bill.minor_unit) AS base_amount
        FROM leg
        WHERE leg.amount > 0
    )
    SELECT
        jsonb_agg(
            b.more || jsonb_build_object('account_code', b.account_code, 'amount', b.amount, 'is_credit', b.is_credit, 'base_amount', b.base_amount)
            ORDER BY b.rank, b.account_code),
        sum(CASE WHEN b.is_credit THEN -b.base_amount ELSE b.base_amount END)
    INTO v_legs, v_gap
    FROM based AS b;
    IF v_gap <> 0 THEN
        -- The largest leg that is not the payable takes it.
        SELECT (e.ordinality - 1)::text INTO v_place
        FROM jsonb_array_elements(v_legs) WITH ORDINALITY AS e (leg, ordinality)
        WHERE NOT (e.leg ->> 'is_credit')::boolean
        ORDER BY (e.leg ->> 'base_amount')::numeric DESC, e.ordinality
        LIMIT 1;
        v_legs := jsonb_set(
            v_legs, ARRAY[v_place, 'base_amount'], to_jsonb((v_legs #>> ARRAY[v_place, 'base_amount'])::numeric - v_gap));
    END IF;
    v_transaction_id := erp.post_ledger(
        format('Bill %s of %s', v_bill.bill_number, v_bill.company_name), v_legs, v_posted_on, 'bill', v_bill.bill_id::text,
        v_bill.currency_code, NULL, v_bill.company_id);
    INSERT INTO erp.invoices (
        company_id, direction, document_type, invoice_number, supplier_id, document_date, delivery_date, due_date, posting_date,
        currency_code, exchange_rate, rounding_policy, net_total, tax_total, gross_total, base_gross_total, amount_open, transaction_id)
    VALUES (
        v_bill.company_id, 'supplier', 'invoice', v_bill.bill_number, v_bill.supplier_id, v_bill.document_date, v_bill.delivery_date,
        v_bill.due_date, v_posted_on, v_bill.currency_code, v_bill.exchange_rate, 'per_line', v_bill.net_total, v_bill.tax_total,
        v_bill.gross_total, v_bill.base_gross_total, v_bill.gross_total, v_transaction_id)
    RETURNING invoice_id INTO v_invoice_id;
    INSERT INTO erp.invoice_items (
        invoice_id, line_number, description, quantity, unit_price, discount_percent, net_amount, tax_code, tax_rate, tax_amount)
    SELECT
        v_invoice_id, l.line_number, l.description, 1, l.net_amount, 0, l.net_amount, l.tax_code, l.tax_rate,
        CASE WHEN l.is_reverse_charge THEN 0 ELSE l.tax_amount END
    FROM erp.priced_bill_lines(v_bill.lines, v_bill.currency_code, v_bill.delivery_date) AS l;
    RETURN v_invoice_id;
END
$function$;
COMMENT ON FUNCTION erp.post_supplier_bill(bigint) IS
'Posts an entered bill: expense and input tax (1350) against the payable (2000), reverse charge against 2300, at the rate of the bill''s date, on that date or the first open day after it. Returns invoice_id. RP207 for a control account.';
ALTER FUNCTION erp.post_supplier_bill(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.post_supplier_bill(bigint) FROM PUBLIC;
