-- As SQL's WHERE: what is not true drops the row, whatever errors other conditions of the same "and" have.
CREATE OR REPLACE FUNCTION erp.rule_select(
    node jsonb,
    env jsonb
)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    result jsonb;
    part jsonb;
    error jsonb;
BEGIN
    IF node IS NULL THEN
        RETURN '{"value": true}';
    ELSIF node ->> 'op' <> 'and' THEN
        result := erp.rule_eval(node, env);
        IF result ? 'error' THEN
            RETURN jsonb_build_object('value', NULL, 'error', result -> 'error');
        END IF;
        RETURN jsonb_build_object('value', result -> 'value' = 'true');
    END IF;
    FOR part IN SELECT jsonb_array_elements(node -> 'args') LOOP
        result := erp.rule_select(part, env);
        IF result -> 'value' = 'false' THEN
            RETURN result;
        END IF;
        error := coalesce(error, result -> 'error');
    END LOOP;
    RETURN CASE WHEN error IS NULL THEN '{"value": true}' ELSE jsonb_build_object('value', NULL, 'error', error) END;
END
$$;

COMMENT ON FUNCTION erp.rule_select(jsonb, jsonb) IS
'Whether a quantifier''s "where" selects the row at hand: {"value": true | false}, or an error.';

ALTER FUNCTION erp.rule_select(jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_select(jsonb, jsonb) FROM PUBLIC;
