CREATE OR REPLACE FUNCTION agent.is_date(p_text text)
RETURNS boolean
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN CASE
        WHEN p_text !~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' OR left(p_text, 4) = '0000' THEN false
        -- The day after the last of the month begins the next one.
        ELSE substr(p_text, 9, 2)::integer <= extract(
            DAY FROM make_date(left(p_text, 4)::integer, substr(p_text, 6, 2)::integer, 1) + interval '1 month' - interval '1 day')
    END;
END
$function$;
COMMENT ON FUNCTION agent.is_date(text) IS 'Whether a text is a calendar date in the form 2026-01-31.';
ALTER FUNCTION agent.is_date(text) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.is_date(text) FROM PUBLIC;
