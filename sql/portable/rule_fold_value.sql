CREATE OR REPLACE FUNCTION erp.rule_fold_value(
    op text,
    type text,
    so_far jsonb,
    value jsonb
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    word CONSTANT text := value #>> '{}';
    key text;
BEGIN
    IF op = 'count_distinct' THEN
        -- one key for all spellings of a value
        key := CASE
            WHEN type = 'number' THEN trim_scale(word::numeric)::text
            WHEN type IN ('date', 'timestamp') THEN extract(EPOCH FROM word::timestamp)::text
            WHEN type = 'timestamptz' THEN extract(EPOCH FROM word::timestamptz)::text
            WHEN type = 'uuid' THEN lower(word)
            ELSE word
        END;
        RETURN jsonb_build_object('value', coalesce(so_far, '{}') || jsonb_build_object(key, NULL));
    ELSIF op IN ('sum', 'avg') THEN
        RETURN jsonb_build_object('value', coalesce(so_far::numeric, 0) + value::numeric);
    ELSIF op IN ('min', 'max') AND so_far IS NOT NULL AND erp.rule_compare(
        CASE op WHEN 'min' THEN '<' ELSE '>' END, type, jsonb_build_object('value', value), jsonb_build_object('value', so_far)
    ) -> 'value' = 'false' THEN
        RETURN jsonb_build_object('value', so_far);
    ELSIF op IN ('min', 'max') THEN
        RETURN jsonb_build_object('value', value);
    END IF;
    RETURN '{}';
END
$$;

COMMENT ON FUNCTION erp.rule_fold_value(text, text, jsonb, jsonb) IS
'A sum, an extreme or a set of distinct values with one more value in it.';

ALTER FUNCTION erp.rule_fold_value(text, text, jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_fold_value(text, text, jsonb, jsonb) FROM PUBLIC;
