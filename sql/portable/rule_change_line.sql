-- The difference of the sides is taken to move in a straight line with the column, which the value one step on (a number, a
-- day) tells. Counted in the column's units: its last decimal, a day, a microsecond. As the line may be bent one unit more
-- is tried, and one less where the answer was cut.
CREATE OR REPLACE FUNCTION erp.rule_change_line(
    pair jsonb,
    here numeric,
    there numeric,
    start numeric,
    step numeric
)
RETURNS numeric[]
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    op CONSTANT text := pair ->> 'op';
    slope CONSTANT numeric := there - here;
    dividend numeric;
    whole numeric;
    beyond int;
BEGIN
    IF slope = 0 OR NOT erp.rule_number_fits(slope) OR NOT erp.rule_number_fits(start) THEN
        RETURN '{}';
    ELSIF op = '!=' THEN
        RETURN CASE WHEN here = 0 THEN ARRAY[floor(start) + 1, ceil(start) - 1] ELSE '{}' END;
    ELSIF (op = '<' AND here < 0) OR (op = '<=' AND here <= 0) OR (op = '>' AND here > 0) OR (op = '>=' AND here >= 0)
        OR (op = '==' AND here = 0) THEN
        RETURN '{}';
    END IF;
    dividend := start * slope - here * step;
    IF NOT (erp.rule_number_fits(start * slope) AND erp.rule_number_fits(here * step) AND erp.rule_number_fits(dividend)) THEN
        RETURN '{}';
    END IF;
    whole := div(dividend, slope);
    IF op = '==' THEN
        RETURN CASE WHEN whole * slope = dividend THEN ARRAY[whole] ELSE '{}' END;
    END IF;

    beyond := CASE WHEN (op IN ('>', '>=')) = (slope > 0) THEN 1 ELSE -1 END;
    IF whole * slope = dividend THEN
        whole := whole + CASE WHEN op IN ('<', '>') THEN beyond ELSE 0 END;
        RETURN ARRAY[whole, whole + beyond];
    END IF;
    -- the quotient was cut towards zero
    IF sign(dividend) * sign(slope) = beyond THEN
        whole := whole + beyond;
    END IF;
    RETURN ARRAY[whole - beyond, whole, whole + beyond];
END
$$;

COMMENT ON FUNCTION erp.rule_change_line(jsonb, numeric, numeric, numeric, numeric) IS
'Where a comparison would come out as it ought to, in units of the column: differences here and a step on, where the column stands, and how many units the step has.';

ALTER FUNCTION erp.rule_change_line(jsonb, numeric, numeric, numeric, numeric) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_change_line(jsonb, numeric, numeric, numeric, numeric) FROM PUBLIC;
