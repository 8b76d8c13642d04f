-- A quoted literal takes the type of its neighbours when its text is an unambiguous constant of that type: digits for
-- a number, ISO 8601 for dates, an explicit zone for timestamptz. Anything session-dependent is RP104. A JSON value takes
-- it too, and shows when it is read whether it is one (erp.rule_read_json).
CREATE OR REPLACE FUNCTION erp.rule_adapt(
    node jsonb,
    wanted text
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    word text := node ->> 'value';
    shape text;
BEGIN
    IF node ->> 'type' = 'json' AND wanted = 'null' THEN
        RETURN node;
    ELSIF node ->> 'type' = 'json' THEN
        RETURN node || jsonb_build_object('type', wanted, 'read', wanted);
    ELSIF node ->> 'type' <> 'quoted' THEN
        RETURN node;
    END IF;
    IF wanted = 'text' THEN
        RETURN node || '{"type": "text"}';
    END IF;

    shape := CASE wanted
        WHEN 'number' THEN '^[+-]?([0-9]{1,100}([.][0-9]{0,100})?|[.][0-9]{1,100})([eE][+-]?[0-9]{1,3})?$'
        WHEN 'boolean' THEN '^(true|false)$'
        WHEN 'date' THEN '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
        WHEN 'timestamp' THEN '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?$'
        WHEN 'timestamptz' THEN
            '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$'
        WHEN 'uuid' THEN '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
    END;
    IF shape IS NULL OR word !~ shape THEN
        PERFORM erp.rule_fail('RP104', node ->> 'at', format('%s is not a %s', node ->> 'label', wanted));
    END IF;

    CASE wanted
        WHEN 'number' THEN
            IF NOT erp.rule_number_fits(word::numeric) THEN
                PERFORM erp.rule_fail('RP105', node ->> 'at', 'the number needs more than 38 digits');
            END IF;
            RETURN node || jsonb_build_object('type', wanted, 'value', word::numeric);
        WHEN 'boolean' THEN
            RETURN node || jsonb_build_object('type', wanted, 'value', word::boolean);
        WHEN 'date' THEN
            RETURN node || jsonb_build_object('type', wanted, 'value', word::date);
        WHEN 'timestamp' THEN
            RETURN node || jsonb_build_object('type', wanted, 'value', word::timestamp);
        WHEN 'timestamptz' THEN
            RETURN node || jsonb_build_object('type', wanted, 'value', word::timestamptz);
        ELSE
            RETURN node || jsonb_build_object('type', wanted, 'value', lower(word));
    END CASE;
EXCEPTION
    WHEN datetime_field_overflow OR invalid_datetime_format THEN
        PERFORM erp.rule_fail('RP104', node ->> 'at', format('%s is not a %s', node ->> 'label', wanted));
        RETURN NULL;
END
$$;

COMMENT ON FUNCTION erp.rule_adapt(jsonb, text) IS 'A quoted literal as a constant of the wanted type, or RP104; a JSON value to be read as that type.';

ALTER FUNCTION erp.rule_adapt(jsonb, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_adapt(jsonb, text) FROM PUBLIC;
