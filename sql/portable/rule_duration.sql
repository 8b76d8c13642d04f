-- Months, days and seconds are kept apart, as interval does. Nine digits each are more than the years 1 to 9999 have.
CREATE OR REPLACE FUNCTION erp.rule_duration(word text)
RETURNS interval
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    n text[] := regexp_match(
        word,
        '^(-?)P(?=.)(?:([0-9]{1,9})Y)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})W)?(?:([0-9]{1,9})D)?'
        '(?:T(?=.)(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9}(?:[.][0-9]{1,6})?)S)?)?$'
    );
    months bigint := coalesce(n[2]::bigint, 0) * 12 + coalesce(n[3]::bigint, 0);
    days bigint := coalesce(n[4]::bigint, 0) * 7 + coalesce(n[5]::bigint, 0);
    length interval;
BEGIN
    IF n IS NULL OR greatest(months, days) > 2147483647 THEN
        RETURN NULL;
    END IF;
    length := make_interval(months => months::int, days => days::int, hours => coalesce(n[6]::int, 0), mins => coalesce(n[7]::int, 0))
        + coalesce(n[8] || ' seconds', '0')::interval;
    RETURN CASE n[1] WHEN '-' THEN -length ELSE length END;
END
$$;

COMMENT ON FUNCTION erp.rule_duration(text) IS
'The interval that an ISO 8601 duration such as P1Y2M3W4DT5H6M7.5S names; NULL when it is none.';

ALTER FUNCTION erp.rule_duration(text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_duration(text) FROM PUBLIC;
