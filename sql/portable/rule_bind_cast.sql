CREATE OR REPLACE FUNCTION erp.rule_bind_cast(
    node jsonb,
    args jsonb
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted text := node ->> 'op';
    at text := node ->> 'at';
    arg jsonb := args -> 0;
    zone jsonb := args -> 1;
BEGIN
    IF zone IS NOT NULL THEN
        IF NOT (zone ->> 'op' = 'literal' AND zone ->> 'type' IN ('quoted', 'number')) THEN
            PERFORM erp.rule_fail('RP101', zone ->> 'at', 'the time zone must be written as a text');
        END IF;
        arg := erp.rule_want(arg, '{timestamptz}', at);
        PERFORM timezone(zone ->> 'value', 'epoch'::timestamptz);
    ELSIF wanted = 'date' AND arg ->> 'type' = 'timestamptz' THEN
        PERFORM erp.rule_fail(
            'RP104', at, 'the date of a timestamptz depends on the time zone', 'name it: {"date": [value, "Europe/Berlin"]}'
        );
    ELSIF arg ->> 'type' IN ('quoted', 'json') THEN
        arg := erp.rule_adapt(arg, wanted);
    ELSIF arg ->> 'type' NOT IN (wanted, 'null')
        AND NOT (wanted = 'date' AND arg ->> 'type' = 'timestamp')
        AND NOT (wanted = 'timestamp' AND arg ->> 'type' = 'date') THEN
        PERFORM erp.rule_fail('RP104', at, format('a %s does not become a %s', arg ->> 'type', wanted));
    END IF;
    RETURN node || jsonb_build_object(
        'args', jsonb_build_array(arg) || CASE WHEN zone IS NULL THEN '[]' ELSE jsonb_build_array(zone) END,
        'type', wanted,
        'by', 'cast'
    );
EXCEPTION
    WHEN invalid_parameter_value THEN
        PERFORM erp.rule_fail('RP104', zone ->> 'at', SQLERRM);
        RETURN NULL;
END
$$;

COMMENT ON FUNCTION erp.rule_bind_cast(jsonb, jsonb) IS
'Types {"number": x}, {"date": x} and the like: which values become which is decided when the rule is stored (RP104).';

ALTER FUNCTION erp.rule_bind_cast(jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_bind_cast(jsonb, jsonb) FROM PUBLIC;
