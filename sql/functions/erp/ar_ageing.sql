CREATE OR REPLACE FUNCTION erp.ar_ageing(as_of date DEFAULT NULL)
RETURNS TABLE (
    customer_id bigint,
    customer_name text,
    not_due numeric,
    days_1_30 numeric,
    days_31_60 numeric,
    days_61_90 numeric,
    over_90 numeric,
    unallocated numeric,
    total numeric
)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_as_of date := COALESCE(ar_ageing.as_of, 'infinity');
    v_age_from date := COALESCE(ar_ageing.as_of, erp.today());
BEGIN
    RETURN QUERY
    WITH item AS (
        SELECT
            i.customer_id, v_age_from - i.due_date AS days,
            CASE i.document_type WHEN 'invoice' THEN 1 ELSE -1 END
            * (i.base_gross_total - COALESCE((
                SELECT sum(round(a.amount * i.exchange_rate, 4))
                FROM erp.payment_allocations AS a
                WHERE a.invoice_id = i.invoice_id AND a.allocated_on <= v_as_of), 0)) AS amount,
            false AS is_receipt
        FROM erp.invoices AS i
        WHERE i.direction = 'customer'
        AND i.posting_date <= v_as_of
        UNION ALL
        SELECT
            p.customer_id, 0,
            -(p.base_amount - COALESCE((
                SELECT sum(a.amount) FROM erp.payment_allocations AS a WHERE a.payment_id = p.payment_id AND a.allocated_on <= v_as_of), 0)),
            true
        FROM erp.payments AS p
        WHERE p.direction = 'received'
        AND p.paid_on <= v_as_of
    )
    SELECT
        c.customer_id, c.customer_name,
        COALESCE(sum(i.amount) FILTER (WHERE NOT i.is_receipt AND i.days <= 0), 0),
        COALESCE(sum(i.amount) FILTER (WHERE NOT i.is_receipt AND i.days BETWEEN 1 AND 30), 0),
        COALESCE(sum(i.amount) FILTER (WHERE NOT i.is_receipt AND i.days BETWEEN 31 AND 60), 0),
        COALESCE(sum(i.amount) FILTER (WHERE NOT i.is_receipt AND i.days BETWEEN 61 AND 90), 0),
        COALESCE(sum(i.amount) FILTER (WHERE NOT i.is_receipt AND i.days > 90), 0),
        COALESCE(sum(i.amount) FILTER (WHERE i.is_receipt), 0),
        sum(i.amount)
    FROM item AS i
    JOIN erp.customers AS c ON c.customer_id = i.customer_id
    GROUP BY c.customer_id
    HAVING bool_or(i.amount <> 0)
    ORDER BY sum(i.amount) DESC, c.customer_id;
END
$function$;
COMMENT ON FUNCTION erp.ar_ageing(date) IS
'Open receivables per customer by days past due as of a day, base currency; unallocated receipts count negative. The totals'' sum is account 1100 on that day.';
ALTER FUNCTION erp.ar_ageing(date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.ar_ageing(date) FROM PUBLIC;
