CREATE OR REPLACE FUNCTION erp.fiscal_period_state()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF EXISTS (
        SELECT
        FROM erp.fiscal_year_closings AS c
        WHERE c.company_id = OLD.company_id
        AND c.fiscal_year >= OLD.fiscal_year
        AND c.reopened_at IS NULL)
    THEN
        RAISE EXCEPTION 'fiscal year % is closed', OLD.fiscal_year
            USING ERRCODE = 'RP245',
            DETAIL = jsonb_build_object('company_id', OLD.company_id, 'fiscal_year', OLD.fiscal_year)::text,
            HINT = 'SELECT erp.reopen_fiscal_year(company, year, reason) first', TABLE = 'fiscal_periods', SCHEMA = 'erp';
    END IF;
    -- A person who closes by hand is asked what erp.close_period asks; accruals are posted by then.
    IF NEW.status = 'closed' AND OLD.status <> 'closed' AND erp.actor() ->> 'kind' = 'person' THEN
        PERFORM erp.check_close_blockers(
            OLD.period_id, NULL, NOT EXISTS (
                SELECT
                FROM erp.close_blockers(OLD.company_id, OLD.fiscal_year, OLD.period_number) AS b
                WHERE b.blocking_area = 'sales'));
    END IF;
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION erp.fiscal_period_state() IS
'Row trigger before a period opens or closes: not while its year is closed (RP245), and by a person not while something stands against it (RP242), whichever way.';
ALTER FUNCTION erp.fiscal_period_state() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.fiscal_period_state() FROM PUBLIC;
