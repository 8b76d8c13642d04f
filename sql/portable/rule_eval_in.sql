CREATE OR REPLACE FUNCTION erp.rule_eval_in(
    node jsonb,
    children jsonb
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    compared text := node ->> 'of';
    problem jsonb := jsonb_path_query_first(children, '$[*].error');
    element jsonb;
    read jsonb;
BEGIN
    IF problem IS NOT NULL THEN
        RETURN jsonb_build_object('value', NULL, 'error', problem);
    ELSIF children @> '[{"value": null}]' THEN
        RETURN '{"value": null}';
    ELSIF node ->> 'within' = 'text' THEN
        RETURN erp.rule_text('contains', ARRAY[children -> 1 ->> 'value', children -> 0 ->> 'value']);
    END IF;

    -- An element that is null, or of another type than the needle, is none that could be equal.
    FOR element IN SELECT jsonb_array_elements(children -> 1 -> 'value') LOOP
        read := erp.rule_read_json(element, compared, '');
        IF read -> 'value' <> 'null' AND erp.rule_compare('==', compared, children -> 0, read) -> 'value' = 'true' THEN
            RETURN '{"value": true}';
        END IF;
    END LOOP;
    RETURN '{"value": false}';
END
$$;

COMMENT ON FUNCTION erp.rule_eval_in(jsonb, jsonb) IS
'Whether a value is part of a text, or an element of a JSON list.';

ALTER FUNCTION erp.rule_eval_in(jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_eval_in(jsonb, jsonb) FROM PUBLIC;
