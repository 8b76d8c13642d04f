CREATE OR REPLACE FUNCTION erp.rule_from_units(
    type text,
    units numeric,
    scale int
)
RETURNS jsonb
LANGUAGE sql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT CASE
    WHEN type = 'number' THEN
        CASE WHEN erp.rule_number_fits(units * ('1e-' || scale)::numeric) THEN to_jsonb(round(units * ('1e-' || scale)::numeric, scale)) END
    WHEN type = 'date' THEN
        CASE WHEN units BETWEEN -730119 AND 2921939 THEN to_jsonb('2000-01-01'::date + units::int) END
    WHEN units >= -730119 * 86400000000 AND units < 2921940 * 86400000000 THEN
        CASE type
            WHEN 'timestamp' THEN to_jsonb(m.moment)
            ELSE to_jsonb(m.moment AT TIME ZONE 'UTC')
        END
END
FROM (
    SELECT CASE WHEN type LIKE 'timestamp%' AND abs(units) < 1e18 THEN
        '2000-01-01'::timestamp + div(units, 86400000000)::int * interval '1 day' + mod(units, 86400000000)::bigint * interval '1 microsecond'
    END AS moment
) AS m
$$;

COMMENT ON FUNCTION erp.rule_from_units(text, numeric, int) IS
'The value that is that many units of a column (its last decimal, a day, a microsecond), or NULL beyond the years 1 to 9999 or 38 digits.';

ALTER FUNCTION erp.rule_from_units(text, numeric, int) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_from_units(text, numeric, int) FROM PUBLIC;
