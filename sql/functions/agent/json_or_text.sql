CREATE OR REPLACE FUNCTION agent.json_or_text(p_text text)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF p_text LIKE '{%' THEN
        RETURN p_text::jsonb;
    END IF;
    RETURN to_jsonb(p_text);
EXCEPTION
    -- A text that merely begins with a brace.
    WHEN invalid_text_representation OR untranslatable_character THEN
        RETURN to_jsonb(p_text);
END
$function$;
COMMENT ON FUNCTION agent.json_or_text(text) IS 'A DETAIL as JSON: the object it holds, or the text.';
ALTER FUNCTION agent.json_or_text(text) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.json_or_text(text) FROM PUBLIC;
