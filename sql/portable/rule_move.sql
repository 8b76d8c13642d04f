CREATE OR REPLACE FUNCTION erp.rule_move(
    moment timestamp,
    n numeric,
    unit text
)
RETURNS timestamp
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    months numeric := CASE unit WHEN 'year' THEN n * 12 WHEN 'month' THEN n ELSE 0 END;
    seconds numeric := CASE unit
        WHEN 'week' THEN n * 604800
        WHEN 'day' THEN n * 86400
        WHEN 'hour' THEN n * 3600
        WHEN 'minute' THEN n * 60
        WHEN 'second' THEN n
        ELSE 0
    END;
BEGIN
    -- more than the calendar has
    IF abs(months) > 120000 OR abs(seconds) > 400000000000 THEN
        RETURN NULL;
    END IF;
    RETURN moment + make_interval(
        months => months::int, days => div(seconds, 86400)::int, secs => mod(seconds, 86400)::float8
    );
END
$$;

COMMENT ON FUNCTION erp.rule_move(timestamp, numeric, text) IS
'A moment moved by a whole number of units; NULL when it leaves the calendar by far.';

ALTER FUNCTION erp.rule_move(timestamp, numeric, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_move(timestamp, numeric, text) FROM PUBLIC;
