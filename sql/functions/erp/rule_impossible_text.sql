CREATE OR REPLACE FUNCTION erp.rule_impossible_text(
    facts jsonb,
    word text,
    reader name
)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    choices text[];
    reason text;
    near text;
BEGIN
    IF facts ? 'values' THEN
        choices := ARRAY(SELECT jsonb_array_elements_text(facts -> 'values'));
        reason := 'it is one of ' || array_to_string(choices[:12], ', ') || CASE WHEN cardinality(choices) > 12 THEN ', …' ELSE '' END;
    ELSIF length(word) > (facts ->> 'longest')::int THEN
        RETURN format('is never %L: it is %s', left(word, 64), facts ->> 'spelled');
    ELSIF facts ? 'referenced' THEN
        choices := erp.rule_reference_values((facts ->> 'referenced')::oid, (facts ->> 'referenced_column')::smallint, reader);
        reason := format('%s has no such row', (facts ->> 'referenced')::oid::regclass);
    END IF;
    IF choices IS NULL OR rtrim(word) = ANY (choices) OR word = ANY (choices) THEN
        RETURN NULL;
    END IF;
    near := erp.rule_nearest(word, choices[:200]);
    RETURN format('is never %L: %s', left(word, 64), reason) || coalesce('; did you mean ' || quote_literal(near) || '?', '');
END
$function$;
COMMENT ON FUNCTION erp.rule_impossible_text(jsonb, text, name) IS
'Why a column never holds a text, with the nearest one it may hold; NULL when it may, or when nobody knows.';
ALTER FUNCTION erp.rule_impossible_text(jsonb, text, name) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_impossible_text(jsonb, text, name) FROM PUBLIC;
