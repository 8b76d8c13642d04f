CREATE OR REPLACE FUNCTION erp.ensure_fiscal_year(company_id bigint, fiscal_year integer)
RETURNS integer
LANGUAGE sql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
    WITH made AS (
        INSERT INTO erp.fiscal_periods (company_id, fiscal_year, period_number, starts_on, ends_on)
        SELECT
            c.company_id, ensure_fiscal_year.fiscal_year, m.n,
            first_day.d, (first_day.d + interval '1 month' - interval '1 day')::date
        FROM erp.companies AS c
        CROSS JOIN generate_series(1, 12) AS m (n)
        CROSS JOIN LATERAL (
            -- The year is named by the calendar year in which it ends.
            SELECT (make_date(
                ensure_fiscal_year.fiscal_year - CASE WHEN c.fiscal_year_start_month = 1 THEN 0 ELSE 1 END,
                c.fiscal_year_start_month, 1) + (m.n - 1) * interval '1 month')::date AS d
        ) AS first_day
        WHERE c.company_id = ensure_fiscal_year.company_id
        AND NOT EXISTS (
            SELECT
            FROM erp.fiscal_year_closings AS y
            WHERE y.company_id = c.company_id
            AND y.fiscal_year >= ensure_fiscal_year.fiscal_year
            AND y.reopened_at IS NULL)
        ON CONFLICT DO NOTHING
        RETURNING 1
    )
    SELECT count(*)::integer FROM made
$function$;
COMMENT ON FUNCTION erp.ensure_fiscal_year(bigint, integer) IS
'Creates the twelve open periods of a fiscal year where they are missing; returns how many it made.';
ALTER FUNCTION erp.ensure_fiscal_year(bigint, integer) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.ensure_fiscal_year(bigint, integer) FROM PUBLIC;
