CREATE OR REPLACE FUNCTION erp.propose_bank_matches(statement_id bigint)
RETURNS TABLE (
    line_id bigint,
    amount numeric,
    payment_id bigint,
    invoice_number text,
    score numeric,
    reason text
)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN QUERY
    SELECT DISTINCT ON (l.line_id, m.payment_id, m.invoice_number) l.line_id, l.amount, m.payment_id, m.invoice_number, m.score, m.reason
    FROM erp.bank_statement_lines AS l
    JOIN erp.bank_statements AS s USING (statement_id)
    CROSS JOIN LATERAL (
        -- A payment in the books: the same amount, and the reference or the day.
        SELECT
            p.payment_id, NULL AS invoice_number,
            CASE WHEN strpos(lower(l.remittance), lower(p.reference)) > 0 THEN 1.00 WHEN p.paid_on = l.booked_on THEN 0.70 ELSE 0.50 END AS score,
            CASE WHEN strpos(lower(l.remittance), lower(p.reference)) > 0 THEN 'payment with this reference' ELSE 'payment of this amount' END AS reason
        FROM erp.payments AS p
        WHERE p.amount = abs(l.amount)
        AND p.direction = CASE WHEN l.amount > 0 THEN 'received' ELSE 'paid' END
        AND p.currency_code = s.currency_code
        AND p.paid_on BETWEEN l.booked_on - 10 AND l.booked_on + 10
        AND NOT EXISTS (SELECT FROM erp.bank_statement_lines AS o WHERE o.payment_id = p.payment_id)
        UNION ALL
        -- An open invoice whose number the payer named.
        SELECT NULL, i.invoice_number, CASE WHEN i.amount_open = l.amount THEN 0.95 ELSE 0.60 END,
            CASE WHEN i.amount_open = l.amount THEN 'open invoice of this number and amount' ELSE 'open invoice of this number' END
        FROM erp.invoices AS i
        WHERE l.amount > 0
        AND i.direction = 'customer'
        AND i.document_type = 'invoice'
        AND i.amount_open > 0
        AND i.currency_code = s.currency_code
        AND strpos(lower(l.remittance), lower(i.invoice_number)) > 0
        UNION ALL
        SELECT NULL, i.invoice_number, 0.40, 'open invoice of this customer and amount'
        FROM erp.invoices AS i
        JOIN erp.customers AS c USING (customer_id)
        WHERE l.amount > 0
        AND i.direction = 'customer'
        AND i.amount_open = l.amount
        AND i.currency_code = s.currency_code
        AND lower(l.counterparty) IN (lower(c.customer_name), lower(c.company_name))
    ) AS m
    WHERE l.statement_id = propose_bank_matches.statement_id
    AND l.payment_id IS NULL
    ORDER BY l.line_id, m.payment_id, m.invoice_number, m.score DESC;
END
$function$;
COMMENT ON FUNCTION erp.propose_bank_matches(bigint) IS
'What the unmatched lines of a bank statement may be, with a score from 0 to 1: a recorded payment by reference or amount, an open invoice by its number or its customer. It only proposes.';
ALTER FUNCTION erp.propose_bank_matches(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.propose_bank_matches(bigint) FROM PUBLIC;
