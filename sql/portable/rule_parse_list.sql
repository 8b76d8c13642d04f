CREATE OR REPLACE FUNCTION erp.rule_parse_list(
    node jsonb,
    at text,
    depth int
)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    elements jsonb := node;
    args jsonb := '[]';
    parsed jsonb;
BEGIN
    -- {"literal": [..]} and {"type": "literal", "value": [..]} are the same list as the bare one.
    IF jsonb_typeof(node) = 'object' AND node ? 'literal' THEN
        PERFORM erp.rule_expect_keys(node, at, ARRAY['literal']);
        elements := node -> 'literal';
    ELSIF jsonb_typeof(node) = 'object' AND node ->> 'type' = 'literal' THEN
        PERFORM erp.rule_expect_keys(node, at, ARRAY['type', 'value']);
        elements := node -> 'value';
    END IF;
    IF jsonb_typeof(elements) <> 'array' OR jsonb_array_length(elements) = 0 THEN
        PERFORM erp.rule_fail('RP101', at, '"in" needs a list that is not empty as its second argument');
    END IF;

    FOR n IN 0..jsonb_array_length(elements) - 1 LOOP
        parsed := erp.rule_parse_node(elements -> n, at || '/' || n, depth + 1);
        IF parsed ->> 'op' = 'literal' AND parsed -> 'value' = 'null' THEN
            PERFORM erp.rule_fail('RP101', at || '/' || n, 'null in a list makes every miss unknown; ask is_null separately');
        END IF;
        args := args || jsonb_build_array(parsed);
    END LOOP;

    RETURN jsonb_build_object('op', 'list', 'args', args, 'label', erp.rule_label('list', args), 'at', at);
END
$$;

COMMENT ON FUNCTION erp.rule_parse_list(jsonb, text, int) IS 'Parses the list of an "in".';

ALTER FUNCTION erp.rule_parse_list(jsonb, text, int) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_parse_list(jsonb, text, int) FROM PUBLIC;
