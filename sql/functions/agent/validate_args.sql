CREATE OR REPLACE FUNCTION agent.validate_args(schema jsonb, args jsonb, at text DEFAULT '')
RETURNS TABLE (path text, message text)
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_variable
DECLARE
    known CONSTANT jsonb := coalesce(schema -> 'properties', '{}');
    others CONSTANT jsonb := coalesce(schema -> 'additionalProperties', 'true');
    branch jsonb;
    item record;
BEGIN
    path := coalesce(nullif(at, ''), '$');
    message := agent.value_fault(schema, args);
    IF message IS NOT NULL THEN
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

    IF jsonb_typeof(args) = 'array' AND schema ? 'items' THEN
        FOR item IN SELECT value, ordinality - 1 AS place FROM jsonb_array_elements(args) WITH ORDINALITY LOOP
            RETURN QUERY SELECT * FROM agent.validate_args(schema -> 'items', item.value, format('%s[%s]', at, item.place));
        END LOOP;
    ELSIF jsonb_typeof(args) = 'object' THEN
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
            branch := coalesce(known -> item.key, others);
            IF branch = 'false' THEN
                path := agent.json_path(at, item.key);
                message := format('is not known here; known are %s', (SELECT string_agg(k, ', ') FROM jsonb_object_keys(known) AS k));
                RETURN NEXT;
            ELSIF branch ?| ARRAY['items', 'properties', 'required', 'additionalProperties', 'anyOf'] THEN
                RETURN QUERY SELECT * FROM agent.validate_args(branch, item.value, agent.json_path(at, item.key));
            ELSIF branch <> 'true' THEN
                -- Nothing inside to look at: no need to go down.
                message := agent.value_fault(branch, item.value);
                IF message IS NOT NULL THEN
                    path := agent.json_path(at, item.key);
                    RETURN NEXT;
                END IF;
            END IF;
        END LOOP;
    END IF;
END
$function$;
COMMENT ON FUNCTION agent.validate_args(jsonb, jsonb, text) IS
'Checks a value against a JSON Schema (type, enum, anyOf, required, properties, additionalProperties, numeric and length limits, pattern, items, format date); one row per fault with its path as lines[0].quantity, none when it fits.';
ALTER FUNCTION agent.validate_args(jsonb, jsonb, text) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.validate_args(jsonb, jsonb, text) FROM PUBLIC;
