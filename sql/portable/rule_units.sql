-- Numbers as they are; dates in days and moments in microseconds since 2000, as PostgreSQL counts them.
CREATE OR REPLACE FUNCTION erp.rule_units(
    type text,
    word text
)
RETURNS numeric
LANGUAGE sql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT CASE type
    WHEN 'number' THEN word::numeric
    WHEN 'date' THEN
        CASE WHEN erp.rule_in_calendar(word::date::timestamp) THEN word::date - '2000-01-01'::date END
    WHEN 'timestamp' THEN
        CASE WHEN erp.rule_in_calendar(word::timestamp) THEN extract(epoch FROM word::timestamp - '2000-01-01') * 1000000 END
    WHEN 'timestamptz' THEN
        CASE WHEN erp.rule_in_calendar(word::timestamptz AT TIME ZONE 'UTC') THEN
            extract(epoch FROM (word::timestamptz AT TIME ZONE 'UTC') - '2000-01-01') * 1000000
        END
END
$$;

COMMENT ON FUNCTION erp.rule_units(text, text) IS 'A value of a rule as a number that differences are taken of, or NULL where it has none.';

ALTER FUNCTION erp.rule_units(text, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_units(text, text) FROM PUBLIC;
