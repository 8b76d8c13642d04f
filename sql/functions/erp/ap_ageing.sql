CREATE OR REPLACE FUNCTION erp.ap_ageing(as_of date DEFAULT NULL)
RETURNS TABLE (
    supplier_id bigint,
    company_name text,
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
    v_as_of date := COALESCE(ap_ageing.as_of, 'infinity');
    v_age_from date := COALESCE(ap_ageing.as_of, erp.today());
BEGIN
    RETURN QUERY
    WITH item AS (
        SELECT
            i.supplier_id, v_age_from - i.due_date AS days,
            CASE i.document_type WHEN 'invoice' THEN 1 ELSE -1 END
            * (i.base_gross_total - COALESCE((
                SELECT sum(round(a.amount * i.exchange_rate, 4))
                FROM erp.payment_allocations AS a
                WHERE a.invoice_id = i.invoice_id AND a.allocated_on <= v_as_of), 0)) AS amount,
            false AS is_payment
        FROM erp.invoices AS i
        WHERE i.direction = 'supplier'
        AND i.posting_date <= v_as_of
        UNION ALL
        SELECT
            p.supplier_id, 0,
            -(p.base_amount - COALESCE((
                SELECT sum(a.amount) FROM erp.payment_allocations AS a WHERE a.payment_id = p.payment_id AND a.allocated_on <= v_as_of), 0)),
            true
        FROM erp.payments AS p
        WHERE p.direction = 'paid'
        AND p.paid_on <= v_as_of
    )
    SELECT
        s.supplier_id, s.company_name,
        COALESCE(sum(i.amount) FILTER (WHERE NOT i.is_payment AND i.days <= 0), 0),
        COALESCE(sum(i.amount) FILTER (WHERE NOT i.is_payment AND i.days BETWEEN 1 AND 30), 0),
        COALESCE(sum(i.amount) FILTER (WHERE NOT i.is_payment AND i.days BETWEEN 31 AND 60), 0),
        COALESCE(sum(i.amount) FILTER (WHERE NOT i.is_payment AND i.days BETWEEN 61 AND 90), 0),
        COALESCE(sum(i.amount) FILTER (WHERE NOT i.is_payment AND i.days > 90), 0),
        COALESCE(sum(i.amount) FILTER (WHERE i.is_payment), 0),
        sum(i.amount)
    FROM item AS i
    JOIN erp.suppliers AS s ON s.supplier_id = i.supplier_id
    GROUP BY s.supplier_id
    HAVING bool_or(i.amount <> 0)
    ORDER BY sum(i.amount) DESC, s.supplier_id;
END
$function$;
COMMENT ON FUNCTION erp.ap_ageing(date) IS
'Open payables per supplier by days past due as of a day, base currency; unallocated payments count negative. The totals'' sum is account 2000 on that day, credit positive.';
ALTER FUNCTION erp.ap_ageing(date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.ap_ageing(date) FROM PUBLIC;
