CREATE OR REPLACE FUNCTION erp.rule_read_json(
    document jsonb,
    wanted text,
    label text
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    given text := coalesce(jsonb_typeof(document), 'null');
BEGIN
    IF given = 'null' THEN
        RETURN '{"value": null}';
    ELSIF given = wanted OR (given = 'string' AND wanted = 'text') OR (given = 'array' AND wanted = 'list') THEN
        IF wanted = 'number' AND NOT erp.rule_number_fits((document #>> '{}')::numeric) THEN
            RETURN jsonb_build_object('value', NULL, 'error', jsonb_build_object(
                'code', 'RP105', 'message', format('%s is no number of at most 38 digits', label)
            ));
        END IF;
        RETURN jsonb_build_object('value', document);
    ELSIF given = 'string' AND wanted IN ('date', 'timestamp', 'timestamptz', 'uuid') THEN
        BEGIN
            RETURN jsonb_build_object(
                'value', erp.rule_adapt(jsonb_build_object('type', 'quoted', 'value', document, 'label', label, 'at', ''), wanted) -> 'value'
            );
        EXCEPTION
            WHEN SQLSTATE 'RP104' THEN
                NULL;
        END;
    END IF;
    RETURN jsonb_build_object('value', NULL, 'error', jsonb_build_object(
        'code', 'RP104', 'message', format('%s is not a %s', label, wanted)
    ));
END
$$;

COMMENT ON FUNCTION erp.rule_read_json(jsonb, text, text) IS
'A JSON value read as a type of the rule language: {"value"}, or an error RP104, as nothing is coerced; JSON null is null.';

ALTER FUNCTION erp.rule_read_json(jsonb, text, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_read_json(jsonb, text, text) FROM PUBLIC;
