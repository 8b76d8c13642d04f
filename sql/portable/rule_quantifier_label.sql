CREATE OR REPLACE FUNCTION erp.rule_quantifier_label(node jsonb)
RETURNS text
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
WITH part AS (
    SELECT
        node ->> 'op' AS op,
        coalesce(nullif(node ->> 'alias', '') || ' in ', '') || coalesce(node -> 'source' ->> 'relation', node -> 'source' ->> 'label')
        || coalesce(' where ' || (node -> 'where' ->> 'label'), '') AS source,
        node -> 'body' ->> 'label' AS body
)
SELECT CASE
    WHEN op IN ('exists', 'forall', 'exists_one') THEN format('%s %s', op, source) || coalesce(': ' || body, '')
    WHEN op IN ('all', 'some', 'none', 'filter', 'map', 'reduce') THEN
        format('%s(%s, %s', op, node -> 'source' ->> 'label', body) || coalesce(', ' || (node -> 'initial' ->> 'label'), '') || ')'
    ELSE format('%s(%s', op, coalesce(body || ' for ', '')) || source || ')'
END
FROM part
$$;

COMMENT ON FUNCTION erp.rule_quantifier_label(jsonb) IS 'A quantifier, aggregate or list operator of a rule as text for traces and refusals.';

ALTER FUNCTION erp.rule_quantifier_label(jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_quantifier_label(jsonb) FROM PUBLIC;
