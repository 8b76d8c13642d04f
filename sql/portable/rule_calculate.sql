CREATE OR REPLACE FUNCTION erp.rule_calculate(
    op text,
    results jsonb
)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    problem jsonb := jsonb_path_query_first(results, '$[*].error');
    operand numeric;
    total numeric;
    n int := 0;
BEGIN
    IF problem IS NOT NULL THEN
        RETURN jsonb_build_object('value', NULL, 'error', problem);
    END IF;
    IF results @> '[{"value": null}]' THEN
        RETURN '{"value": null}';
    END IF;

    -- A left fold; one argument alone is a sign.
    FOR operand IN SELECT (r ->> 'value')::numeric FROM jsonb_array_elements(results) AS r LOOP
        n := n + 1;
        IF n > 1 AND op IN ('/', '%') AND operand = 0 THEN
            RETURN '{"value": null, "error": {"code": "RP105", "message": "division by zero"}}';
        END IF;
        total := CASE
            WHEN op = 'abs' THEN abs(operand)
            WHEN n = 1 THEN operand
            WHEN op = '+' THEN total + operand
            WHEN op = '-' THEN total - operand
            WHEN op = '*' THEN total * operand
            WHEN op = '/' THEN total / operand
            WHEN op = '%' THEN total % operand
        END;
        IF NOT erp.rule_number_fits(total) THEN
            RETURN '{"value": null, "error": {"code": "RP105", "message": "the result needs more than 38 digits"}}';
        END IF;
    END LOOP;
    IF op = '-' AND n = 1 THEN
        total := -total;
    END IF;
    RETURN jsonb_build_object('value', total);
END
$$;

COMMENT ON FUNCTION erp.rule_calculate(text, jsonb) IS
'Exact decimal arithmetic over evaluated nodes; a null makes the result null, division by zero and more than 38 digits are RP105.';

ALTER FUNCTION erp.rule_calculate(text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_calculate(text, jsonb) FROM PUBLIC;
