CREATE OR REPLACE FUNCTION erp.ap_ageing(as_of date, company bigint)
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
BEGIN
    RETURN QUERY
    SELECT
        g.party_id, p.company_name, g.not_due, g.days_1_30, g.days_31_60, g.days_61_90, g.over_90, g.unallocated, g.total
    FROM erp.ageing('supplier', ap_ageing.as_of, ap_ageing.company) AS g
    JOIN erp.suppliers AS p ON p.supplier_id = g.party_id
    ORDER BY g.total DESC, g.party_id;
END
$function$;
COMMENT ON FUNCTION erp.ap_ageing(date, bigint) IS
'Open payables per supplier by days past due as of a day, base currency, of one company (NULL = all); unallocated payments count negative. The totals'' sum is account 2000 on that day, credit positive.';
ALTER FUNCTION erp.ap_ageing(date, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.ap_ageing(date, bigint) FROM PUBLIC;

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
BEGIN
    RETURN QUERY
    SELECT * FROM erp.ap_ageing(ap_ageing.as_of, NULL);
END
$function$;
COMMENT ON FUNCTION erp.ap_ageing(date) IS
'Open payables per supplier by days past due as of a day, base currency; unallocated payments count negative. The totals'' sum is account 2000 on that day, credit positive.';
ALTER FUNCTION erp.ap_ageing(date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.ap_ageing(date) FROM PUBLIC;
