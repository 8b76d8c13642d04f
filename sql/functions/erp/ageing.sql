CREATE OR REPLACE FUNCTION erp.ageing(p_direction text, p_as_of date, p_company bigint)
RETURNS TABLE (
    party_id bigint,
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
    v_as_of CONSTANT date := COALESCE(p_as_of, 'infinity');
    v_age_from CONSTANT date := COALESCE(p_as_of, erp.today());
BEGIN
    RETURN QUERY
    WITH settled AS (
        SELECT a.invoice_id, sum(a.base_settled) AS base_amount
        FROM erp.payment_allocations AS a
        WHERE a.allocated_on <= v_as_of
        GROUP BY a.invoice_id
    ), used AS (
        SELECT a.payment_id, sum(a.base_paid) AS base_amount
        FROM erp.payment_allocations AS a
        WHERE a.allocated_on <= v_as_of
        GROUP BY a.payment_id
    ), item AS (
        SELECT
            COALESCE(i.customer_id, i.supplier_id) AS party_id,
            v_age_from - i.due_date AS days,
            CASE i.document_type WHEN 'invoice' THEN 1 ELSE -1 END * (i.base_gross_total - COALESCE(s.base_amount, 0)) AS amount
        FROM erp.invoices AS i
        LEFT JOIN settled AS s USING (invoice_id)
        WHERE i.direction = p_direction
        AND i.posting_date <= v_as_of
        AND (p_company IS NULL OR i.company_id = p_company)
        UNION ALL
        -- What a payment has not settled has no due date: days is null.
        SELECT COALESCE(p.customer_id, p.supplier_id), NULL, COALESCE(u.base_amount, 0) - p.base_amount
        FROM erp.payments AS p
        LEFT JOIN used AS u USING (payment_id)
        WHERE p.direction = CASE p_direction WHEN 'customer' THEN 'received' ELSE 'paid' END
        AND p.paid_on <= v_as_of
        AND (p_company IS NULL OR p.company_id = p_company)
    )
    SELECT
        i.party_id,
        COALESCE(sum(i.amount) FILTER (WHERE i.days <= 0), 0),
        COALESCE(sum(i.amount) FILTER (WHERE i.days BETWEEN 1 AND 30), 0),
        COALESCE(sum(i.amount) FILTER (WHERE i.days BETWEEN 31 AND 60), 0),
        COALESCE(sum(i.amount) FILTER (WHERE i.days BETWEEN 61 AND 90), 0),
        COALESCE(sum(i.amount) FILTER (WHERE i.days > 90), 0),
        COALESCE(sum(i.amount) FILTER (WHERE i.days IS NULL), 0),
        sum(i.amount)
    FROM item AS i
    GROUP BY i.party_id
    HAVING bool_or(i.amount <> 0);
END
$function$;
COMMENT ON FUNCTION erp.ageing(text, date, bigint) IS
'Open items of customers or suppliers by days past due as of a day, base currency, of one company (NULL = all); unallocated payments count negative. What erp.ar_ageing and erp.ap_ageing show with names.';
ALTER FUNCTION erp.ageing(text, date, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.ageing(text, date, bigint) FROM PUBLIC;

CREATE OR REPLACE FUNCTION erp.ageing(p_direction text, p_as_of date)
RETURNS TABLE (
    party_id bigint,
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
BEGIN
    RETURN QUERY
    SELECT * FROM erp.ageing(p_direction, p_as_of, NULL);
END
$function$;
COMMENT ON FUNCTION erp.ageing(text, date) IS
'Open items of customers or suppliers by days past due as of a day, base currency; unallocated payments count negative. What erp.ar_ageing and erp.ap_ageing show with names.';
ALTER FUNCTION erp.ageing(text, date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.ageing(text, date) FROM PUBLIC;
