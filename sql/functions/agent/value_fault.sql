CREATE OR REPLACE FUNCTION agent.value_fault(schema jsonb, value jsonb)
RETURNS text
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    kind CONSTANT text := jsonb_typeof(value);
    wanted CONSTANT jsonb := schema -> 'type';
    number numeric;
    content text;
BEGIN
    -- ? asks both a text and an array of texts for the kind.
    IF NOT (wanted ? kind OR (kind = 'number' AND wanted ? 'integer' AND (value #>> '{}')::numeric % 1 = 0)) THEN
        RETURN format(
            'must be of type %s, not %s',
            CASE jsonb_typeof(wanted)
                WHEN 'array' THEN (SELECT string_agg(t, ' or ') FROM jsonb_array_elements_text(wanted) AS t)
                ELSE wanted #>> '{}'
            END,
            CASE WHEN kind = 'number' AND wanted ? 'integer' THEN 'a fraction' ELSE kind END);
    ELSIF schema ? 'enum' AND NOT (schema -> 'enum') @> jsonb_build_array(value) THEN
        RETURN format('must be one of %s', (SELECT string_agg(e #>> '{}', ', ') FROM jsonb_array_elements(schema -> 'enum') AS e));
    END IF;
    CASE kind
        WHEN 'number' THEN
            number := (value #>> '{}')::numeric;
            RETURN CASE
                WHEN number < (schema ->> 'minimum')::numeric THEN format('must be at least %s', schema ->> 'minimum')
                WHEN number > (schema ->> 'maximum')::numeric THEN format('must be at most %s', schema ->> 'maximum')
                WHEN number <= (schema ->> 'exclusiveMinimum')::numeric
                    THEN format('must be greater than %s', schema ->> 'exclusiveMinimum')
                WHEN number >= (schema ->> 'exclusiveMaximum')::numeric
                    THEN format('must be less than %s', schema ->> 'exclusiveMaximum')
                WHEN number % (schema ->> 'multipleOf')::numeric <> 0
                    THEN format('must be a multiple of %s', schema ->> 'multipleOf')
            END;
        WHEN 'string' THEN
            content := value #>> '{}';
            -- In this order: a pattern is tried on text of bounded length only.
            RETURN CASE
                WHEN length(content) < (schema ->> 'minLength')::integer
                    THEN format('must have at least %s characters', schema ->> 'minLength')
                WHEN length(content) > (schema ->> 'maxLength')::integer
                    THEN format('must have at most %s characters', schema ->> 'maxLength')
                WHEN content !~ (schema ->> 'pattern') THEN format('must match the pattern %s', schema ->> 'pattern')
                WHEN schema ->> 'format' = 'date' AND NOT agent.is_date(content) THEN 'must be a date as 2026-01-31'
            END;
        WHEN 'array' THEN
            RETURN CASE
                WHEN jsonb_array_length(value) < (schema ->> 'minItems')::integer
                    THEN format('must have at least %s items', schema ->> 'minItems')
                WHEN jsonb_array_length(value) > (schema ->> 'maxItems')::integer
                    THEN format('must have at most %s items', schema ->> 'maxItems')
            END;
        ELSE
            RETURN NULL;
    END CASE;
END
$function$;
COMMENT ON FUNCTION agent.value_fault(jsonb, jsonb) IS
'What is wrong with a value by its own schema, leaving aside what is inside it (type, enum, limits of numbers, texts and arrays, pattern, format date); NULL when nothing is.';
ALTER FUNCTION agent.value_fault(jsonb, jsonb) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.value_fault(jsonb, jsonb) FROM PUBLIC;
