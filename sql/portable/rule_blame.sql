-- Walks down to the smallest part that decides. Where only a whole group can be blamed (an OR with no true branch),
-- the group is the answer.
CREATE OR REPLACE FUNCTION erp.rule_blame(
    node jsonb,
    result jsonb,
    wanted boolean
)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    op text := node ->> 'op';
    culprit int;
BEGIN
    IF op = 'not' THEN
        RETURN erp.rule_blame(node -> 'args' -> 0, result -> 'children' -> 0, NOT wanted);
    ELSIF op = 'implies' AND wanted THEN
        RETURN erp.rule_blame(node -> 'args' -> 1, result -> 'children' -> 1, true);
    ELSIF (op = 'and' AND wanted) OR (op = 'or' AND NOT wanted) OR jsonb_array_length(node -> 'args') = 1 AND op IN ('and', 'or') THEN
        -- the first that is plainly wrong, else the first that is not known to be right
        SELECT child.ordinality - 1 INTO culprit
        FROM jsonb_array_elements(result -> 'children') WITH ORDINALITY AS child
        WHERE child.value -> 'value' IS DISTINCT FROM to_jsonb(wanted)
        ORDER BY child.value ? 'error', child.value -> 'value' = 'null', child.ordinality
        LIMIT 1;
        IF culprit IS NOT NULL THEN
            RETURN erp.rule_blame(node -> 'args' -> culprit, result -> 'children' -> culprit, wanted);
        END IF;
    END IF;
    RETURN jsonb_build_object('node', node, 'result', result, 'wanted', wanted);
END
$$;

COMMENT ON FUNCTION erp.rule_blame(jsonb, jsonb, boolean) IS
'The part of a rule that did not come out as wanted: {"node", "result", "wanted"}.';

ALTER FUNCTION erp.rule_blame(jsonb, jsonb, boolean) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_blame(jsonb, jsonb, boolean) FROM PUBLIC;
