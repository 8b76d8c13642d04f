CREATE OR REPLACE FUNCTION erp.ensure_fiscal_years()
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN (
        SELECT COALESCE(sum(erp.ensure_fiscal_year(c.company_id, y.fiscal_year)), 0)
        FROM erp.companies AS c
        CROSS JOIN LATERAL (
            -- A year is named by the calendar year in which it ends.
            SELECT (extract(YEAR FROM d.day) + CASE
                WHEN c.fiscal_year_start_month > 1 AND extract(MONTH FROM d.day) >= c.fiscal_year_start_month THEN 1 ELSE 0 END)::integer AS fiscal_year
            FROM (VALUES (erp.today(c.company_id)), ((erp.today(c.company_id) + interval '12 months')::date)) AS d (day)
        ) AS y);
END
$function$;
COMMENT ON FUNCTION erp.ensure_fiscal_years() IS
'Keeps the periods of every company twelve months ahead; called by the schedule. Returns how many it made.';
ALTER FUNCTION erp.ensure_fiscal_years() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.ensure_fiscal_years() FROM PUBLIC;
