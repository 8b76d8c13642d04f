-- Walks down to the smallest part that decides. Where only a whole group can be blamed (an OR with no true branch),
-- the group is the answer.
CREATE OR REPLACE FUNCTION erp.rule_failing(
    node jsonb,
    result jsonb,
    wanted boolean,
    hidden text[]
)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    op text := node ->> 'op';
    gap numeric;
    culprit int;
BEGIN
    IF op = 'not' THEN
        RETURN erp.rule_failing(node -> 'args' -> 0, result -> 'children' -> 0, NOT wanted, hidden);
    ELSIF op = 'implies' AND wanted THEN
        RETURN erp.rule_failing(node -> 'args' -> 1, result -> 'children' -> 1, true, hidden);
    ELSIF (op = 'and' AND wanted) OR (op = 'or' AND NOT wanted) OR jsonb_array_length(node -> 'args') = 1 AND op IN ('and', 'or') THEN
        -- the first that is plainly wrong, else the first that is not known to be right
        SELECT child.ordinality - 1 INTO culprit
        FROM jsonb_array_elements(result -> 'children') WITH ORDINALITY AS child
        WHERE child.value -> 'value' IS DISTINCT FROM to_jsonb(wanted)
        ORDER BY child.value ? 'error', child.value -> 'value' = 'null', child.ordinality
        LIMIT 1;
        IF culprit IS NOT NULL THEN
            RETURN erp.rule_failing(node -> 'args' -> culprit, result -> 'children' -> culprit, wanted, hidden);
        END IF;
    ELSIF op IN ('==', '!=', '<', '<=', '>', '>=') AND node ->> 'of' = 'number' AND jsonb_array_length(node -> 'args') = 2
        AND NOT EXISTS (
            SELECT
            FROM jsonb_path_query(node, 'strict $.** ? (@.op == "ref" || exists(@.source))') AS part
            WHERE coalesce(part ->> 'name', part ->> 'label') = ANY (hidden)
        ) THEN
        gap := abs((result -> 'children' -> 0 ->> 'value')::numeric - (result -> 'children' -> 1 ->> 'value')::numeric);
    END IF;
    RETURN jsonb_build_object('failing', node -> 'label', 'gap', gap)
        || CASE WHEN result ? 'witness' THEN jsonb_build_object('witness', (
            SELECT coalesce(jsonb_object_agg(key, CASE
                WHEN key = ANY (hidden) OR node -> 'source' ->> 'name' = ANY (hidden) THEN 'null' ELSE value
            END), '{}')
            FROM jsonb_each(result -> 'witness')
        )) ELSE '{}' END;
END
$$;

COMMENT ON FUNCTION erp.rule_failing(jsonb, jsonb, boolean, text[]) IS
'The part of a rule that did not come out as wanted, as text, and how far off it was where that is a number and tells no hidden value.';

ALTER FUNCTION erp.rule_failing(jsonb, jsonb, boolean, text[]) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_failing(jsonb, jsonb, boolean, text[]) FROM PUBLIC;
