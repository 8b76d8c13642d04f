CREATE OR REPLACE FUNCTION erp.rule_parse_call(
    spelling text,
    kind text,
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
    operator record;
    args jsonb := '[]';
BEGIN
    SELECT o.* INTO operator FROM erp.rule_operators() AS o WHERE o.spelling = lower(rule_parse_call.spelling);
    IF operator.op IS NULL THEN
        PERFORM erp.rule_fail(
            'RP101', at,
            format('unknown operator "%s"', left(spelling, 64)),
            'did you mean "' || erp.rule_nearest(spelling, ARRAY(SELECT o.spelling FROM erp.rule_operators() AS o)) || '"?'
        );
    END IF;
    IF kind IN ('logical', 'comparison', 'arithmetic') AND kind <> operator.class THEN
        PERFORM erp.rule_fail('RP101', at, format('"%s" is not a %s operator', spelling, kind));
    END IF;
    IF cardinality(arguments) = 0 THEN
        PERFORM erp.rule_fail('RP101', at, format('empty "%s": nothing to judge', spelling));
    END IF;
    IF cardinality(arguments) < operator.min_args OR cardinality(arguments) > operator.max_args THEN
        PERFORM erp.rule_fail('RP101', at, format('"%s" cannot take %s argument(s)', spelling, cardinality(arguments)));
    END IF;

    FOR n IN 1..cardinality(arguments) LOOP
        IF operator.op = 'in' AND n = 2 THEN
            args := args || jsonb_build_array(erp.rule_parse_list(arguments[n], pointers[n], depth + 1));
        ELSE
            args := args || jsonb_build_array(erp.rule_parse_node(arguments[n], pointers[n], depth + 1));
        END IF;
    END LOOP;

    RETURN jsonb_build_object('op', operator.op, 'args', args, 'label', erp.rule_label(operator.op, args), 'at', at);
END
$$;

COMMENT ON FUNCTION erp.rule_parse_call(text, text, jsonb[], text[], text, int) IS
'Parses an operator with its arguments: known name, right class, right number of arguments.';

ALTER FUNCTION erp.rule_parse_call(text, text, jsonb[], text[], text, int) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_parse_call(text, text, jsonb[], text[], text, int) FROM PUBLIC;
