CREATE OR REPLACE FUNCTION erp.rule_change_gap(
    pair jsonb,
    env jsonb
)
RETURNS numeric
LANGUAGE plpgsql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    one jsonb := erp.rule_eval(pair -> 'left', env);
    other jsonb := erp.rule_eval(pair -> 'right', env);
    gap numeric;
BEGIN
    IF one ? 'error' OR other ? 'error' OR pair -> 'left' -> 'type' <> pair -> 'right' -> 'type' THEN
        RETURN NULL;
    END IF;
    gap := erp.rule_units(pair -> 'left' ->> 'type', one ->> 'value') - erp.rule_units(pair -> 'right' ->> 'type', other ->> 'value');
    RETURN CASE WHEN erp.rule_number_fits(gap) THEN gap END;
END
$$;

COMMENT ON FUNCTION erp.rule_change_gap(jsonb, jsonb) IS 'Left less right of a comparison of numbers or moments, or NULL.';

ALTER FUNCTION erp.rule_change_gap(jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_change_gap(jsonb, jsonb) FROM PUBLIC;
