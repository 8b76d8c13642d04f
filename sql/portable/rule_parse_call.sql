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
    kinds jsonb;
BEGIN
    SELECT o.* INTO operator FROM erp.rule_operators() AS o WHERE lower(o.spelling) = lower(rule_parse_call.spelling);
    IF operator.op IS NULL THEN
        IF erp.rule_refused_hint(spelling) IS NOT NULL THEN
            PERFORM erp.rule_fail('RP101', at, format('there is no "%s" in rules', spelling), erp.rule_refused_hint(spelling));
        END IF;
        PERFORM erp.rule_fail(
            'RP101', at,
            format('unknown operator "%s"', left(spelling, 64)),
            'did you mean "' || erp.rule_nearest(spelling, ARRAY(SELECT o.spelling FROM erp.rule_operators() AS o)) || '"?'
        );
    END IF;
    IF kind IN ('logical', 'comparison', 'arithmetic') AND kind <> operator.class THEN
        PERFORM erp.rule_fail('RP101', at, format('"%s" is not a %s operator', spelling, kind));
    END IF;
    IF cardinality(arguments) = 0 AND operator.min_args > 0 THEN
        PERFORM erp.rule_fail('RP101', at, format('empty "%s": nothing to judge', spelling));
    END IF;
    IF operator.class = 'quantifier' THEN
        PERFORM erp.rule_fail('RP101', at, format('"%s" takes {"in": table or list, "as": name, ..}', spelling));
    END IF;
    IF cardinality(arguments) < operator.min_args OR cardinality(arguments) > operator.max_args THEN
        PERFORM erp.rule_fail('RP101', at, format('"%s" cannot take %s argument(s)', spelling, cardinality(arguments)));
    END IF;

    CASE
        WHEN operator.class = 'list' THEN
            RETURN erp.rule_parse_list_operator(operator.op, arguments, pointers, at, depth);
        WHEN operator.op IN ('now', 'today') THEN
            RETURN erp.rule_parse_name('tx.' || operator.op, at);
        WHEN operator.op = 'start_of_today' THEN
            args := jsonb_build_array(erp.rule_parse_name('tx.today', at));
        WHEN operator.op = 'duration' THEN
            IF jsonb_typeof(arguments[1]) NOT IN ('string', 'number') THEN
                PERFORM erp.rule_fail('RP101', at, 'a duration must be written as a text');
            END IF;
            RETURN erp.rule_parse_literal(arguments[1], at)
                || jsonb_build_object('type', 'duration', 'label', 'duration ' || quote_literal(arguments[1] #>> '{}'));
        WHEN operator.op LIKE 'date%=' THEN
            -- date== and its like are == and !=, of dates or moments alone
            kinds := CASE WHEN operator.op LIKE 'datetime%' THEN '["timestamp", "timestamptz"]' ELSE '["date"]' END;
            operator.op := right(operator.op, 2);
        ELSE
            NULL;
    END CASE;

    FOR n IN 1..cardinality(arguments) LOOP
        IF operator.op = 'in' AND n = 2 AND erp.rule_is_list(arguments[n]) THEN
            args := args || jsonb_build_array(erp.rule_parse_list(arguments[n], pointers[n], depth + 1));
        ELSE
            args := args || jsonb_build_array(erp.rule_parse_node(arguments[n], pointers[n], depth + 1));
        END IF;
    END LOOP;
    IF operator.op IN ('round', 'like', 'regextest', 'date_add', 'datetime_add', 'datetime_truncate') THEN
        PERFORM erp.rule_parse_options(operator.op, args);
    END IF;

    RETURN jsonb_build_object('op', operator.op, 'args', args, 'label', erp.rule_label(operator.op, args), 'at', at)
        || CASE WHEN kinds IS NULL THEN '{}' ELSE jsonb_build_object('only', kinds) END;
END
$$;

COMMENT ON FUNCTION erp.rule_parse_call(text, text, jsonb[], text[], text, int) IS
'Parses an operator with its arguments: known name, right class, right number of arguments.';

ALTER FUNCTION erp.rule_parse_call(text, text, jsonb[], text[], text, int) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_parse_call(text, text, jsonb[], text[], text, int) FROM PUBLIC;
