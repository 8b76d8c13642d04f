CREATE OR REPLACE FUNCTION erp.customer_statement(customer_id bigint, from_date date, to_date date, company bigint DEFAULT NULL)
RETURNS TABLE (
    currency_code text,
    dated date,
    document_type text,
    document_number text,
    due_date date,
    debit numeric,
    credit numeric,
    balance numeric,
    transaction_id bigint
)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF NOT EXISTS (SELECT FROM erp.customers AS c WHERE c.customer_id = customer_statement.customer_id) THEN
        RAISE EXCEPTION 'customer_id: no customer %', customer_id
            USING ERRCODE = 'RP313', DETAIL = jsonb_build_object('customer_id', customer_id)::text,
            HINT = 'SELECT customer_id, customer_name FROM erp_customers';
    END IF;
    RETURN QUERY
    WITH moved AS (
        SELECT
            i.currency_code, i.posting_date AS dated, i.document_type, i.invoice_number AS document_number, i.due_date,
            CASE i.document_type WHEN 'invoice' THEN i.gross_total ELSE -i.gross_total END AS amount, i.transaction_id, 1 AS rank,
            i.invoice_id AS id
        FROM erp.invoices AS i
        WHERE i.customer_id = customer_statement.customer_id
        AND i.direction = 'customer'
        AND (customer_statement.company IS NULL OR i.company_id = customer_statement.company)
        UNION ALL
        SELECT p.currency_code, p.paid_on, 'payment', COALESCE(p.reference, p.payment_id::text), NULL, -p.amount, p.transaction_id, 2, p.payment_id
        FROM erp.payments AS p
        WHERE p.customer_id = customer_statement.customer_id
        AND p.direction = 'received'
        AND (customer_statement.company IS NULL OR p.company_id = customer_statement.company)
    ), line AS (
        SELECT
            m.currency_code, customer_statement.from_date AS dated, 'opening' AS document_type, NULL AS document_number, NULL::date AS due_date,
            COALESCE(sum(m.amount) FILTER (WHERE m.dated < customer_statement.from_date), 0) AS amount, NULL::bigint AS transaction_id,
            0 AS rank, 0::bigint AS id
        FROM moved AS m
        GROUP BY m.currency_code
        UNION ALL
        SELECT m.*
        FROM moved AS m
        WHERE m.dated BETWEEN COALESCE(customer_statement.from_date, '-infinity') AND COALESCE(customer_statement.to_date, 'infinity')
    )
    SELECT
        l.currency_code, l.dated, l.document_type, l.document_number, l.due_date,
        CASE WHEN l.rank > 0 AND l.amount >= 0 THEN l.amount END,
        CASE WHEN l.rank > 0 AND l.amount < 0 THEN -l.amount END,
        sum(l.amount) OVER (PARTITION BY l.currency_code ORDER BY l.rank > 0, l.dated, l.rank, l.id),
        l.transaction_id
    FROM line AS l
    ORDER BY l.currency_code, l.rank > 0, l.dated, l.rank, l.id;
END
$function$;
COMMENT ON FUNCTION erp.customer_statement(bigint, date, date, bigint) IS
'Account statement of a customer between two days (NULL = open end), each currency by itself: opening balance, invoices, credit notes and receipts with a running balance; of one company (NULL = all). RP313 for an unknown customer.';
ALTER FUNCTION erp.customer_statement(bigint, date, date, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.customer_statement(bigint, date, date, bigint) FROM PUBLIC;
