CREATE OR REPLACE FUNCTION erp.rule_parse_literal(
    value jsonb,
    at text
)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF jsonb_typeof(value) IN ('array', 'object') THEN
        PERFORM erp.rule_fail('RP101', at, format('a literal is a number, a text, true, false or null, not an %s', jsonb_typeof(value)));
    END IF;
    IF jsonb_typeof(value) = 'number' AND NOT erp.rule_number_fits((value #>> '{}')::numeric) THEN
        PERFORM erp.rule_fail('RP105', at, 'the number needs more than 38 digits');
    END IF;
    RETURN jsonb_build_object(
        'op', 'literal',
        'value', value,
        'type', CASE jsonb_typeof(value) WHEN 'string' THEN 'quoted' ELSE jsonb_typeof(value) END,
        'label', CASE jsonb_typeof(value) WHEN 'string' THEN quote_literal(value #>> '{}') ELSE value::text END,
        'at', at
    );
END
$$;

COMMENT ON FUNCTION erp.rule_parse_literal(jsonb, text) IS
'A constant of a rule. A quoted one has no type yet: it takes the type of what it is compared with.';

ALTER FUNCTION erp.rule_parse_literal(jsonb, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_parse_literal(jsonb, text) FROM PUBLIC;
