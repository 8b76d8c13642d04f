CREATE OR REPLACE FUNCTION erp.rule_parse_present(
    names jsonb,
    at text,
    pointer text
)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    args jsonb := '[]';
    arg jsonb;
    place text;
BEGIN
    IF jsonb_typeof(names) = 'array' AND jsonb_array_length(names) = 0 THEN
        PERFORM erp.rule_fail('RP101', at, 'empty "exists": nothing to judge');
    END IF;
    FOR n IN 0..CASE jsonb_typeof(names) WHEN 'array' THEN jsonb_array_length(names) - 1 ELSE 0 END LOOP
        place := CASE jsonb_typeof(names) WHEN 'array' THEN pointer || '/' || n ELSE pointer END;
        arg := CASE jsonb_typeof(names) WHEN 'array' THEN names -> n ELSE names END;
        IF jsonb_typeof(arg) <> 'string' THEN
            PERFORM erp.rule_fail('RP101', place, '"exists" takes a quantifier, a name, or a list of names');
        END IF;
        arg := jsonb_build_array(erp.rule_parse_name(arg #>> '{}', place));
        args := args || jsonb_build_object('op', 'is_not_null', 'args', arg, 'label', erp.rule_label('is_not_null', arg), 'at', place);
    END LOOP;
    IF jsonb_array_length(args) = 1 THEN
        RETURN args -> 0;
    END IF;
    RETURN jsonb_build_object('op', 'and', 'args', args, 'label', erp.rule_label('and', args), 'at', at);
END
$$;

COMMENT ON FUNCTION erp.rule_parse_present(jsonb, text, text) IS
'Parses "exists" of names: each of them is not null.';

ALTER FUNCTION erp.rule_parse_present(jsonb, text, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_parse_present(jsonb, text, text) FROM PUBLIC;
