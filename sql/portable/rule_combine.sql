CREATE OR REPLACE FUNCTION erp.rule_combine(
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
    decisive CONSTANT jsonb := to_jsonb(op = 'or');
    result jsonb;
    error jsonb;
    unknown boolean := false;
BEGIN
    -- FALSE decides AND and TRUE decides OR whatever the others are, errors included: the order never matters.
    FOR result IN SELECT jsonb_array_elements(results) LOOP
        IF result ? 'error' THEN
            error := coalesce(error, result -> 'error');
        ELSIF result -> 'value' = decisive THEN
            RETURN jsonb_build_object('value', decisive);
        ELSIF result -> 'value' = 'null' THEN
            unknown := true;
        END IF;
    END LOOP;
    IF error IS NOT NULL THEN
        RETURN jsonb_build_object('value', NULL, 'error', error);
    END IF;
    RETURN jsonb_build_object('value', CASE WHEN unknown THEN NULL ELSE op <> 'or' END);
END
$$;

COMMENT ON FUNCTION erp.rule_combine(text, jsonb) IS 'Kleene AND or OR over evaluated nodes, with unknowns and errors absorbed.';

ALTER FUNCTION erp.rule_combine(text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_combine(text, jsonb) FROM PUBLIC;
