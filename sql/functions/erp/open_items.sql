CREATE OR REPLACE FUNCTION erp.open_items(direction text, as_of date DEFAULT NULL, company bigint DEFAULT NULL)
RETURNS TABLE (
    party_id bigint,
    party_name text,
    document_type text,
    document_number text,
    document_date date,
    due_date date,
    days_overdue integer,
    currency_code text,
    amount numeric,
    open_amount numeric,
    base_open_amount numeric,
    transaction_id bigint
)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_as_of CONSTANT date := COALESCE(as_of, 'infinity');
    v_age_from CONSTANT date := COALESCE(as_of, erp.today());
BEGIN
    IF direction IS NULL OR direction NOT IN ('customer', 'supplier') THEN
        RAISE EXCEPTION 'direction: customer or supplier, not %', COALESCE(direction, 'null')
            USING ERRCODE = 'RP261', DETAIL = jsonb_build_object('direction', direction)::text,
            HINT = 'say whose items: customer or supplier';
    END IF;
    RETURN QUERY
    WITH item AS (
        SELECT
            COALESCE(i.customer_id, i.supplier_id) AS party_id, i.document_type, i.invoice_number AS document_number, i.document_date,
            i.due_date, i.currency_code, d.sign * i.gross_total AS amount, d.sign * (i.gross_total - s.amount) AS open_amount,
            d.sign * (i.base_gross_total - s.base_amount) AS base_open_amount, i.transaction_id
        FROM erp.invoices AS i
        CROSS JOIN LATERAL (SELECT CASE i.document_type WHEN 'invoice' THEN 1 ELSE -1 END AS sign) AS d
        CROSS JOIN LATERAL (
            SELECT COALESCE(sum(a.amount), 0) AS amount, COALESCE(sum(a.base_settled), 0) AS base_amount
            FROM erp.payment_allocations AS a
            WHERE a.invoice_id = i.invoice_id
            AND a.allocated_on <= v_as_of
        ) AS s
        WHERE i.direction = open_items.direction
        AND i.posting_date <= v_as_of
        AND (open_items.company IS NULL OR i.company_id = open_items.company)
        UNION ALL
        SELECT
            COALESCE(p.customer_id, p.supplier_id), 'payment', COALESCE(p.reference, p.payment_id::text), p.paid_on, NULL,
            p.currency_code, -p.amount, s.amount - p.amount, s.base_amount - p.base_amount, p.transaction_id
        FROM erp.payments AS p
        CROSS JOIN LATERAL (
            SELECT COALESCE(sum(a.amount), 0) AS amount, COALESCE(sum(a.base_paid), 0) AS base_amount
            FROM erp.payment_allocations AS a
            WHERE a.payment_id = p.payment_id
            AND a.allocated_on <= v_as_of
        ) AS s
        WHERE p.direction = CASE open_items.direction WHEN 'customer' THEN 'received' ELSE 'paid' END
        AND p.paid_on <= v_as_of
        AND (open_items.company IS NULL OR p.company_id = open_items.company)
    )
    SELECT
        i.party_id, COALESCE(c.customer_name, s.company_name), i.document_type, i.document_number, i.document_date, i.due_date,
        greatest(v_age_from - i.due_date, 0), i.currency_code, i.amount, i.open_amount, i.base_open_amount, i.transaction_id
    FROM item AS i
    LEFT JOIN erp.customers AS c ON open_items.direction = 'customer' AND c.customer_id = i.party_id
    LEFT JOIN erp.suppliers AS s ON open_items.direction = 'supplier' AND s.supplier_id = i.party_id
    WHERE (i.open_amount, i.base_open_amount) <> (0, 0)
    ORDER BY 2, 1, i.due_date NULLS LAST, i.document_number;
END
$function$;
COMMENT ON FUNCTION erp.open_items(text, date, bigint) IS
'What customers owe or suppliers are owed as of a day, document by document with its number; payments not yet allocated count negative. The sum of base_open_amount is the total of the ageing. Of one company (NULL = all). RP261 unless direction is customer or supplier.';
ALTER FUNCTION erp.open_items(text, date, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.open_items(text, date, bigint) FROM PUBLIC;
