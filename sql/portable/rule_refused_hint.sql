-- Operators that other dialects of JsonLogic have and this language has not, each with what to write instead.
CREATE OR REPLACE FUNCTION erp.rule_refused_hint(spelling text)
RETURNS text
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT CASE lower(spelling)
    WHEN 'query' THEN 'follow a foreign key, or ask exists, lookup, count or sum of a table'
    WHEN 'log' THEN 'a rule writes nothing; the trace of erp.rule_evaluate shows every part of it'
    WHEN 'try' THEN 'an "and" with a false, or an "or" with a true, absorbs an error; coalesce replaces a null'
    WHEN 'throw' THEN 'violation_message and violation_code say what the refusal says'
    WHEN 'preserve' THEN 'write the value itself, or {"literal": value}'
    WHEN 'missing' THEN 'use is_null'
    WHEN 'missing_some' THEN 'use is_null, and "+" over {"if": [{"is_null": [x]}, 1, 0]} to count'
    WHEN 'sort' THEN 'use min, max or a quantifier; a rule needs no order'
    WHEN 'slice' THEN 'use filter, or a path with the index of the element'
    WHEN 'merge' THEN 'ask each list by itself and join the answers with and, or, +'
    WHEN 'method' THEN 'name the operator itself, such as substr, lower or startsWith'
END
$$;

COMMENT ON FUNCTION erp.rule_refused_hint(text) IS
'What to write instead of an operator that is refused by name; NULL for any other word.';

ALTER FUNCTION erp.rule_refused_hint(text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_refused_hint(text) FROM PUBLIC;
