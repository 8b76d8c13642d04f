-- min and max are operators too, and {"min": {"in": [..]}} asks for the least of one comparison; a quantifier always says
-- more than "in", but for count and exists.
CREATE OR REPLACE FUNCTION erp.rule_is_quantifier(
    spelling text,
    form jsonb
)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT CASE
    WHEN jsonb_typeof(form) <> 'object' THEN false
    WHEN lower(spelling) IN ('exists', 'forall', 'exists_one', 'lookup', 'count', 'count_distinct', 'sum', 'avg') THEN true
    ELSE lower(spelling) IN ('min', 'max') AND form ? 'in' AND form - 'in' <> '{}'
END
$$;

COMMENT ON FUNCTION erp.rule_is_quantifier(text, jsonb) IS
'Whether an operator with this argument ranges over the rows of a table or the elements of a list.';

ALTER FUNCTION erp.rule_is_quantifier(text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_is_quantifier(text, jsonb) FROM PUBLIC;
