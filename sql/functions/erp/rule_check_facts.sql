-- What a CHECK of one column says of every value stored in it, where its text has a plain shape: bounds, a list of values, and
-- conjunctions of these. Anything else says nothing, so a shape this does not know never leads to a wrong warning.
CREATE OR REPLACE FUNCTION erp.rule_check_facts(
    expression text,
    word text
)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    -- patterns are constants, as compiling one for every column would take most of the time
    bounded CONSTANT text := '^\)*(?:::[a-z ]+)?\)* (>=|<=|>|<|=) \(*''?(-?[0-9]+(?:[.][0-9]+)?)''?\)*(?:::[a-z ]+)?\)*$';
    listed CONSTANT text := '^\)*(?:::[a-z ]+)?\)* = (?:ANY \(+ARRAY\[(.*)\]\)*(?:::[a-z \[\]]+)?\)*|(''.*)::[a-z ]+\)*)$';
    bare CONSTANT text := regexp_replace(expression, '''(?:[^'']|'''')*''', '', 'g');
    facts jsonb := '{}';
    part text;
    found text[];
    bound numeric;
BEGIN
    IF bare ~ '\m(OR|CASE|NOT|IS)\M'
        OR (SELECT count(*) FROM regexp_matches(bare, ' AND ', 'g')) <> (SELECT count(*) FROM regexp_matches(expression, ' AND ', 'g')) THEN
        RETURN facts;
    END IF;
    FOREACH part IN ARRAY string_to_array(expression, ' AND ') LOOP
        part := ltrim(part, '(');
        CONTINUE WHEN NOT starts_with(part, word);
        part := substr(part, length(word) + 1);
        found := regexp_match(part, bounded);
        IF found IS NOT NULL THEN
            bound := found[2]::numeric;
            IF found[1] IN ('>', '>=', '=') AND coalesce((facts ->> 'lo')::numeric <= bound, true) THEN
                facts := facts || jsonb_build_object('lo', bound, 'lo_open', found[1] = '>');
            END IF;
            IF found[1] IN ('<', '<=', '=') AND coalesce((facts ->> 'hi')::numeric >= bound, true) THEN
                facts := facts || jsonb_build_object('hi', bound, 'hi_open', found[1] = '<');
            END IF;
            CONTINUE;
        END IF;
        found := regexp_match(part, listed);
        IF found IS NOT NULL AND NOT facts ? 'values' THEN
            SELECT facts || jsonb_build_object('values', jsonb_agg(replace(m[1], '''''', '''') ORDER BY n)) INTO facts
            FROM regexp_matches(coalesce(found[1], found[2]), '''((?:[^'']|'''')*)''', 'g') WITH ORDINALITY AS r (m, n);
        END IF;
    END LOOP;
    RETURN jsonb_strip_nulls(facts);
END
$function$;
COMMENT ON FUNCTION erp.rule_check_facts(text, text) IS
'What the text of a CHECK says of the values of one column: lo, hi, values; an empty object when it says nothing plain.';
ALTER FUNCTION erp.rule_check_facts(text, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_check_facts(text, text) FROM PUBLIC;
