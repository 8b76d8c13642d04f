-- Brings the three surface forms (typed, short, JsonLogic; they mix freely) into one: {"op", "args", "label", "at"},
-- literals and refs being the leaves. `at` is the JSON pointer of the node, for error messages.
CREATE OR REPLACE FUNCTION erp.rule_parse_node(
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
    kind text := node ->> 'type';
    keys text[];
    spelling text;
    pointer text;
BEGIN
    IF depth > 64 THEN
        PERFORM erp.rule_fail('RP103', at, 'the rule is nested deeper than 64 levels');
    END IF;
    IF jsonb_typeof(node) = 'array' THEN
        PERFORM erp.rule_fail('RP101', at, 'a list may only be the second argument of in');
    END IF;
    IF jsonb_typeof(node) <> 'object' THEN
        RETURN erp.rule_parse_literal(node, at);
    END IF;

    keys := ARRAY(SELECT key FROM jsonb_object_keys(node) AS key ORDER BY key);
    IF 'query' = ANY (keys) THEN
        PERFORM erp.rule_fail('RP101', at, 'query: stored SQL text is never run', erp.rule_refused_hint('query'));
    END IF;

    -- 1. typed nodes
    IF cardinality(keys) > 1 AND kind IN ('logical', 'comparison', 'arithmetic', 'not', 'implies', 'field', 'agent_attr', 'literal') THEN
        CASE kind
            WHEN 'field' THEN
                spelling := CASE WHEN node ? 'path' THEN 'path' ELSE 'name' END;
                PERFORM erp.rule_expect_keys(node, at, ARRAY['type', spelling]);
                RETURN erp.rule_parse_name(erp.rule_text_at(node, spelling, at), at);
            WHEN 'agent_attr' THEN
                PERFORM erp.rule_expect_keys(node, at, ARRAY['type', 'name']);
                RETURN erp.rule_parse_name('agent.' || erp.rule_text_at(node, 'name', at), at);
            WHEN 'literal' THEN
                PERFORM erp.rule_expect_keys(node, at, ARRAY['type', 'value']);
                RETURN erp.rule_parse_literal(node -> 'value', at || '/value');
            WHEN 'not' THEN
                PERFORM erp.rule_expect_keys(node, at, ARRAY['type', 'operand']);
                RETURN erp.rule_parse_call('not', kind, ARRAY[node -> 'operand'], ARRAY[at || '/operand'], at, depth);
            WHEN 'implies' THEN
                IF node ? 'left' THEN
                    PERFORM erp.rule_expect_keys(node, at, ARRAY['type', 'left', 'right']);
                    RETURN erp.rule_parse_call('implies', kind, ARRAY[node -> 'left', node -> 'right'], ARRAY[at || '/left', at || '/right'], at, depth);
                END IF;
                PERFORM erp.rule_expect_keys(node, at, ARRAY['type', 'antecedent', 'consequent']);
                RETURN erp.rule_parse_call(
                    'implies', kind, ARRAY[node -> 'antecedent', node -> 'consequent'],
                    ARRAY[at || '/antecedent', at || '/consequent'], at, depth
                );
            ELSE
                RETURN erp.rule_parse_operator_node(node, kind, at, depth);
        END CASE;
    END IF;

    -- 2. short nodes
    IF (node ? 'op' OR node ? 'operator') AND (node ? 'left' OR node ? 'operands' OR node ? 'operand') THEN
        RETURN erp.rule_parse_operator_node(node, NULL, at, depth);
    END IF;
    IF cardinality(keys) <> 1 THEN
        PERFORM erp.rule_fail('RP101', at, format('not a rule node: {%s}', array_to_string(keys, ', ')));
    END IF;

    -- 3. one key: a leaf or a JsonLogic operator
    spelling := keys[1];
    CASE spelling
        WHEN 'field' THEN
            RETURN erp.rule_parse_name(erp.rule_text_at(node, spelling, at), at);
        WHEN 'agent_attr' THEN
            RETURN erp.rule_parse_name('agent.' || erp.rule_text_at(node, spelling, at), at);
        WHEN 'var' THEN
            IF node -> 'var' IN ('""', '[""]') THEN
                -- the element that a list operator is at
                RETURN jsonb_build_object('op', 'ref', 'root', 'row', 'path', '[]'::jsonb, 'name', '', 'label', 'element', 'at', at);
            END IF;
            IF jsonb_typeof(node -> 'var') = 'array' AND jsonb_array_length(node -> 'var') = 1 THEN
                RETURN erp.rule_parse_name(erp.rule_text_at(jsonb_build_object('var', node -> 'var' -> 0), spelling, at), at);
            END IF;
            RETURN erp.rule_parse_name(erp.rule_text_at(node, spelling, at), at);
        WHEN 'literal' THEN
            RETURN erp.rule_parse_literal(node -> 'literal', at || '/literal');
        ELSE
            NULL;
    END CASE;

    pointer := at || '/' || replace(replace(spelling, '~', '~0'), '/', '~1');
    IF erp.rule_is_quantifier(spelling, node -> spelling) THEN
        RETURN erp.rule_parse_quantifier(lower(spelling), node -> spelling, at, pointer, depth);
    ELSIF lower(spelling) = 'exists' THEN
        RETURN erp.rule_parse_present(node -> spelling, at, pointer);
    ELSIF jsonb_typeof(node -> spelling) = 'array' THEN
        RETURN erp.rule_parse_call(
            spelling, NULL,
            ARRAY(SELECT value FROM jsonb_array_elements(node -> spelling)),
            ARRAY(SELECT pointer || '/' || n FROM generate_series(0, jsonb_array_length(node -> spelling) - 1) AS n),
            at, depth
        );
    END IF;
    RETURN erp.rule_parse_call(spelling, NULL, ARRAY[node -> spelling], ARRAY[pointer], at, depth);
END
$$;

COMMENT ON FUNCTION erp.rule_parse_node(jsonb, text, int) IS
'Parses one node of a rule, whatever its surface form, with everything below it.';

ALTER FUNCTION erp.rule_parse_node(jsonb, text, int) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_parse_node(jsonb, text, int) FROM PUBLIC;
