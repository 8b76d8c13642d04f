CREATE OR REPLACE FUNCTION erp.ar_ageing(as_of date, company bigint)
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
BEGIN
    RETURN QUERY
    SELECT
        g.party_id, p.customer_name, g.not_due, g.days_1_30, g.days_31_60, g.days_61_90, g.over_90, g.unallocated, g.total
    FROM erp.ageing('customer', ar_ageing.as_of, ar_ageing.company) AS g
    JOIN erp.customers AS p ON p.customer_id = g.party_id
    ORDER BY g.total DESC, g.party_id;
END
$function$;
COMMENT ON FUNCTION erp.ar_ageing(date, bigint) IS
'Open receivables per customer by days past due as of a day, base currency, of one company (NULL = all); unallocated receipts count negative. The totals'' sum is account 1100 on that day.';
ALTER FUNCTION erp.ar_ageing(date, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.ar_ageing(date, bigint) FROM PUBLIC;

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
BEGIN
    RETURN QUERY
    SELECT * FROM erp.ar_ageing(ar_ageing.as_of, NULL);
END
$function$;
COMMENT ON FUNCTION erp.ar_ageing(date) IS
'Open receivables per customer by days past due as of a day, base currency; unallocated receipts count negative. The totals'' sum is account 1100 on that day.';
ALTER FUNCTION erp.ar_ageing(date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.ar_ageing(date) FROM PUBLIC;
