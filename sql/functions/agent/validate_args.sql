CREATE OR REPLACE FUNCTION agent.validate_args(schema jsonb, args jsonb, at text DEFAULT '')
RETURNS TABLE (path text, message text)
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_variable
DECLARE
    here CONSTANT text := coalesce(nullif(at, ''), '$');
    kind CONSTANT text := jsonb_typeof(args);
    accepted text[];
    known CONSTANT jsonb := coalesce(schema -> 'properties', '{}');
    branch jsonb;
    item record;
    number numeric;
    content text;
BEGIN
    path := here;
    IF schema ? 'type' THEN
        accepted := CASE jsonb_typeof(schema -> 'type')
            WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(schema -> 'type'))
            ELSE ARRAY[schema ->> 'type']
        END;
        IF NOT (kind = ANY (accepted) OR (kind = 'number' AND 'integer' = ANY (accepted) AND (args #>> '{}')::numeric % 1 = 0)) THEN
            message := format(
                'must be of type %s, not %s', array_to_string(accepted, ' or '),
                CASE WHEN kind = 'number' AND 'integer' = ANY (accepted) THEN 'a fraction' ELSE kind END);
            RETURN NEXT;
            RETURN;
        END IF;
    END IF;
    IF schema ? 'enum' AND NOT (schema -> 'enum') @> jsonb_build_array(args) THEN
        message := format('must be one of %s', (SELECT string_agg(e #>> '{}', ', ') FROM jsonb_array_elements(schema -> 'enum') AS e));
        RETURN NEXT;
        RETURN;
    END IF;
    IF schema ? 'anyOf' AND NOT EXISTS (
        SELECT
        FROM jsonb_array_elements(schema -> 'anyOf') AS b
        WHERE NOT EXISTS (SELECT FROM agent.validate_args(b.value, args, at))
    ) THEN
        message := coalesce(
            'must have one of ' || (
                SELECT string_agg(r #>> '{}', ', ')
                FROM jsonb_path_query(schema -> 'anyOf', '$[*].required[*]') AS r),
            'matches none of the accepted forms');
        RETURN NEXT;
    END IF;

    IF kind = 'number' THEN
        number := (args #>> '{}')::numeric;
        message := CASE
            WHEN number < (schema ->> 'minimum')::numeric THEN format('must be at least %s', schema ->> 'minimum')
            WHEN number > (schema ->> 'maximum')::numeric THEN format('must be at most %s', schema ->> 'maximum')
            WHEN number <= (schema ->> 'exclusiveMinimum')::numeric
                THEN format('must be greater than %s', schema ->> 'exclusiveMinimum')
            WHEN number >= (schema ->> 'exclusiveMaximum')::numeric
                THEN format('must be less than %s', schema ->> 'exclusiveMaximum')
            WHEN number % (schema ->> 'multipleOf')::numeric <> 0
                THEN format('must be a multiple of %s', schema ->> 'multipleOf')
        END;
        IF message IS NOT NULL THEN
            RETURN NEXT;
        END IF;

    ELSIF kind = 'string' THEN
        content := args #>> '{}';
        -- In this order: a pattern is tried on text of bounded length only.
        message := CASE
            WHEN length(content) < (schema ->> 'minLength')::integer
                THEN format('must have at least %s characters', schema ->> 'minLength')
            WHEN length(content) > (schema ->> 'maxLength')::integer
                THEN format('must have at most %s characters', schema ->> 'maxLength')
            WHEN content !~ (schema ->> 'pattern') THEN format('must match the pattern %s', schema ->> 'pattern')
            WHEN schema ->> 'format' = 'date' AND NOT agent.is_date(content) THEN 'must be a date as 2026-01-31'
        END;
        IF message IS NOT NULL THEN
            RETURN NEXT;
        END IF;

    ELSIF kind = 'array' THEN
        message := CASE
            WHEN jsonb_array_length(args) < (schema ->> 'minItems')::integer
                THEN format('must have at least %s items', schema ->> 'minItems')
            WHEN jsonb_array_length(args) > (schema ->> 'maxItems')::integer
                THEN format('must have at most %s items', schema ->> 'maxItems')
        END;
        IF message IS NOT NULL THEN
            RETURN NEXT;
        ELSIF schema ? 'items' THEN
            FOR item IN SELECT value, ordinality - 1 AS place FROM jsonb_array_elements(args) WITH ORDINALITY LOOP
                RETURN QUERY SELECT * FROM agent.validate_args(schema -> 'items', item.value, format('%s[%s]', at, item.place));
            END LOOP;
        END IF;

    ELSIF kind = 'object' THEN
        FOR item IN
            SELECT r.value #>> '{}' AS key
            FROM jsonb_array_elements(schema -> 'required') WITH ORDINALITY AS r
            WHERE NOT args ? (r.value #>> '{}')
            ORDER BY r.ordinality
        LOOP
            path := agent.json_path(at, item.key);
            message := 'is required';
            RETURN NEXT;
        END LOOP;
        FOR item IN SELECT key, value FROM jsonb_each(args) LOOP
            branch := coalesce(known -> item.key, schema -> 'additionalProperties', 'true');
            IF branch = 'false' THEN
                path := agent.json_path(at, item.key);
                message := format('is not known here; known are %s', (SELECT string_agg(k, ', ') FROM jsonb_object_keys(known) AS k));
                RETURN NEXT;
            ELSIF jsonb_typeof(branch) = 'object' THEN
                RETURN QUERY SELECT * FROM agent.validate_args(branch, item.value, agent.json_path(at, item.key));
            END IF;
        END LOOP;
    END IF;
END
$function$;
COMMENT ON FUNCTION agent.validate_args(jsonb, jsonb, text) IS
'Checks a value against a JSON Schema (type, enum, anyOf, required, properties, additionalProperties, numeric and length limits, pattern, items, format date); one row per fault with its path as lines[0].quantity, none when it fits.';
ALTER FUNCTION agent.validate_args(jsonb, jsonb, text) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.validate_args(jsonb, jsonb, text) FROM PUBLIC;
