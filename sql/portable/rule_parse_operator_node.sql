-- {"op" | "operator", and "left" with "right" | "operands" | "operand"}, with or without a "type".
CREATE OR REPLACE FUNCTION erp.rule_parse_operator_node(
    node jsonb,
    kind text,
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
    operator_key text := CASE WHEN node ? 'operator' THEN 'operator' ELSE 'op' END;
    head text[] := ARRAY[operator_key] || CASE WHEN kind IS NOT NULL THEN ARRAY['type'] ELSE '{}' END;
    spelling text;
BEGIN
    IF NOT node ? operator_key THEN
        PERFORM erp.rule_fail('RP101', at, 'the node lacks "operator"');
    END IF;
    spelling := erp.rule_text_at(node, operator_key, at);

    IF node ? 'operands' THEN
        PERFORM erp.rule_expect_keys(node, at, head || ARRAY['operands']);
        IF jsonb_typeof(node -> 'operands') <> 'array' THEN
            PERFORM erp.rule_fail('RP101', at || '/operands', '"operands" must be a list');
        END IF;
        RETURN erp.rule_parse_call(
            spelling, kind,
            ARRAY(SELECT value FROM jsonb_array_elements(node -> 'operands')),
            ARRAY(SELECT at || '/operands/' || n FROM generate_series(0, jsonb_array_length(node -> 'operands') - 1) AS n),
            at, depth
        );
    ELSIF node ? 'operand' THEN
        PERFORM erp.rule_expect_keys(node, at, head || ARRAY['operand']);
        RETURN erp.rule_parse_call(spelling, kind, ARRAY[node -> 'operand'], ARRAY[at || '/operand'], at, depth);
    ELSIF node ? 'right' OR NOT node ? 'left' THEN
        PERFORM erp.rule_expect_keys(node, at, head || ARRAY['left', 'right']);
        RETURN erp.rule_parse_call(
            spelling, kind, ARRAY[node -> 'left', node -> 'right'], ARRAY[at || '/left', at || '/right'], at, depth
        );
    END IF;
    PERFORM erp.rule_expect_keys(node, at, head || ARRAY['left']);
    RETURN erp.rule_parse_call(spelling, kind, ARRAY[node -> 'left'], ARRAY[at || '/left'], at, depth);
END
$$;

COMMENT ON FUNCTION erp.rule_parse_operator_node(jsonb, text, text, int) IS
'Parses a rule node whose operator is a value: the typed forms logical, comparison, arithmetic, and the short form.';

ALTER FUNCTION erp.rule_parse_operator_node(jsonb, text, text, int) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_parse_operator_node(jsonb, text, text, int) FROM PUBLIC;
