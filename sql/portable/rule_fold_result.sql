CREATE OR REPLACE FUNCTION erp.rule_fold_result(
    op text,
    state jsonb
)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    rows CONSTANT int := coalesce((state ->> 'rows')::int, 0);
BEGIN
    IF op IN ('exists', 'some', 'forall', 'all', 'exists_one', 'none') AND rows > (op = 'exists_one')::int THEN
        RETURN jsonb_build_object('value', op IN ('exists', 'some'));
    ELSIF state ? 'error' THEN
        RETURN jsonb_build_object('value', NULL, 'error', state -> 'error');
    ELSIF state ? 'unknown' THEN
        RETURN '{"value": null}';
    END IF;
    CASE
        WHEN op IN ('exists', 'some') THEN
            RETURN '{"value": false}';
        WHEN op = 'exists_one' THEN
            RETURN jsonb_build_object('value', rows = 1);
        WHEN op IN ('forall', 'none') THEN
            RETURN '{"value": true}';
        WHEN op = 'all' THEN
            -- of nothing, JsonLogic's "all" is false
            RETURN jsonb_build_object('value', state ? 'rows');
        WHEN op = 'count' THEN
            RETURN jsonb_build_object('value', rows);
        WHEN op = 'count_distinct' THEN
            RETURN jsonb_build_object('value', (SELECT count(*) FROM jsonb_object_keys(coalesce(state -> 'value', '{}'))));
        WHEN op = 'sum' THEN
            RETURN jsonb_build_object('value', coalesce(state -> 'value', '0'));
        WHEN op = 'avg' AND rows > 0 THEN
            RETURN erp.rule_calculate('/', jsonb_build_array(
                jsonb_build_object('value', state -> 'value'), jsonb_build_object('value', rows)
            ));
        ELSE
            RETURN jsonb_build_object('value', state -> 'value');
    END CASE;
END
$$;

COMMENT ON FUNCTION erp.rule_fold_result(text, jsonb) IS 'The value of a quantifier or aggregate after its last row.';

ALTER FUNCTION erp.rule_fold_result(text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_fold_result(text, jsonb) FROM PUBLIC;
