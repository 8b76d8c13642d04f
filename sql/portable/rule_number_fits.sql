-- Both engines hold numbers as exact decimals of at most 38 digits, counted without trailing zeros of the fraction:
-- a value fits when it is a numeric(38, s) for some scale s of 0 to 38.
CREATE OR REPLACE FUNCTION erp.rule_number_fits(n numeric)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
SELECT
    n NOT IN ('NaN', 'Infinity', '-Infinity')
    AND min_scale(n) <= 38
    AND abs(n) < ('1e' || (38 - min_scale(n)))::numeric
$$;

COMMENT ON FUNCTION erp.rule_number_fits(numeric) IS 'Whether a number can be held exactly in 38 decimal digits.';

ALTER FUNCTION erp.rule_number_fits(numeric) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_number_fits(numeric) FROM PUBLIC;
