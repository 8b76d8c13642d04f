CREATE OR REPLACE FUNCTION erp.rule_round(
    op text,
    operands text[]
)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    n numeric := operands[1]::numeric;
    places int := coalesce(operands[2]::numeric::int, 0);
    unit numeric := ('1e-' || places)::numeric;
    down numeric := trunc(n, places);
BEGIN
    RETURN jsonb_build_object('value', CASE
        WHEN op = 'neg' THEN -n
        WHEN op = 'floor' THEN floor(n)
        WHEN op = 'ceil' THEN ceil(n)
        -- a tie goes to the neighbour whose last digit is even
        WHEN operands[3] = 'half_even' AND abs(n - down) * 2 = unit AND mod(down / unit, 2) = 0 THEN down
        -- half away from zero
        ELSE round(n, places)
    END);
END
$$;

COMMENT ON FUNCTION erp.rule_round(text, text[]) IS
'neg, floor, ceil and round over operands that are known.';

ALTER FUNCTION erp.rule_round(text, text[]) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_round(text, text[]) FROM PUBLIC;
