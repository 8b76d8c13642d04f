CREATE OR REPLACE VIEW erp.invariant_bank_statements AS
SELECT format('bank statement %s is approved: gap %s, unmatched lines %s', s.statement_id, s.closing_balance - s.opening_balance - s.known_amount - l.total, l.unmatched) AS detail
FROM erp.bank_statements AS s
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(x.amount), 0) AS total, count(*) FILTER (WHERE x.payment_id IS NULL) AS unmatched
    FROM erp.bank_statement_lines AS x
    WHERE x.statement_id = s.statement_id
) AS l
WHERE s.status = 'approved'
AND (l.unmatched > 0 OR s.closing_balance <> s.opening_balance + s.known_amount + l.total)
UNION ALL
SELECT format('bank line %s over %s is matched with payment %s over %s', l.line_id, l.amount, p.payment_id, p.amount)
FROM erp.bank_statement_lines AS l
JOIN erp.payments AS p USING (payment_id)
WHERE l.amount <> CASE p.direction WHEN 'received' THEN p.amount ELSE -p.amount END;
COMMENT ON VIEW erp.invariant_bank_statements IS 'An approved bank statement adds up and has no open line; a line is matched with a payment of its amount.';
ALTER VIEW erp.invariant_bank_statements OWNER TO erp_owner;
