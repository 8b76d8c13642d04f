CREATE OR REPLACE FUNCTION erp.today(p_company_id bigint DEFAULT 1)
RETURNS date
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN (
        SELECT (erp.now() AT TIME ZONE time_zone)::date
        FROM erp.companies
        WHERE company_id = p_company_id);
END
$function$;
COMMENT ON FUNCTION erp.today(bigint) IS 'The business date in the company''s time zone.';
ALTER FUNCTION erp.today(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.today(bigint) FROM PUBLIC;
