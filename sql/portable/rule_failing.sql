CREATE OR REPLACE FUNCTION erp.rule_failing(
    part jsonb,
    hidden text[]
)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    node CONSTANT jsonb := part -> 'node';
    result CONSTANT jsonb := part -> 'result';
    gap numeric;
BEGIN
    IF node ->> 'op' IN ('==', '!=', '<', '<=', '>', '>=') AND node ->> 'of' = 'number' AND jsonb_array_length(node -> 'args') = 2
        AND NOT erp.rule_reads_hidden(node, hidden) THEN
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

COMMENT ON FUNCTION erp.rule_failing(jsonb, text[]) IS
'The part of a rule that erp.rule_blame() found, as text, and how far off it was where that is a number and tells no hidden value.';

ALTER FUNCTION erp.rule_failing(jsonb, text[]) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_failing(jsonb, text[]) FROM PUBLIC;
