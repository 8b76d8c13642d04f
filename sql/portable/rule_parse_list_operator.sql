-- all, some, none, filter, map [list, φ] and reduce [list, expression, initial] take the form of quantifiers; the element
-- has no name, and reduce reads `current` and `accumulator`.
CREATE OR REPLACE FUNCTION erp.rule_parse_list_operator(
    op text,
    arguments jsonb[],
    pointers text[],
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
    args jsonb := '[]';
    parsed jsonb;
BEGIN
    FOR n IN 1..cardinality(arguments) LOOP
        args := args || jsonb_build_array(erp.rule_parse_node(arguments[n], pointers[n], depth + 1));
    END LOOP;
    parsed := jsonb_build_object('op', op, 'at', at, 'alias', '', 'source', args -> 0, 'body', args -> 1);
    IF op = 'reduce' THEN
        parsed := parsed || jsonb_build_object('initial', args -> 2);
    END IF;
    RETURN erp.rule_parse_levels(parsed, at);
END
$$;

COMMENT ON FUNCTION erp.rule_parse_list_operator(text, jsonb[], text[], text, int) IS
'Parses an operator over the elements of a list.';

ALTER FUNCTION erp.rule_parse_list_operator(text, jsonb[], text[], text, int) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_parse_list_operator(text, jsonb[], text[], text, int) FROM PUBLIC;
