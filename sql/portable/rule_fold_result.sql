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
    total jsonb;
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
        WHEN op IN ('sum', 'avg') AND rows > 0 THEN
            -- only the total has to fit, so that the order of the rows does not matter
            total := erp.rule_calculate('+', jsonb_build_array(jsonb_build_object('value', state -> 'value')));
            RETURN CASE
                WHEN op = 'sum' THEN total
                ELSE erp.rule_calculate('/', jsonb_build_array(total, jsonb_build_object('value', rows)))
            END;
        WHEN op = 'sum' THEN
            RETURN '{"value": 0}';
        ELSE
            RETURN jsonb_build_object('value', state -> 'value');
    END CASE;
END
$$;

COMMENT ON FUNCTION erp.rule_fold_result(text, jsonb) IS 'The value of a quantifier or aggregate after its last row.';

ALTER FUNCTION erp.rule_fold_result(text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_fold_result(text, jsonb) FROM PUBLIC;
