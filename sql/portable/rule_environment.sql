CREATE OR REPLACE FUNCTION erp.rule_environment(
    record jsonb,
    context jsonb,
    target regclass
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    is_delete boolean := coalesce(context -> 'tx' ->> 'operation' = 'DELETE', false);
    at_hand jsonb := record;
    before jsonb := nullif(context -> 'old', 'null');
BEGIN
    IF is_delete THEN
        before := coalesce(before, record);
    END IF;
    IF target IS NOT NULL THEN
        -- Dynamic because a row type is named by its table: values become what the columns would hold.
        EXECUTE format(
            'SELECT to_jsonb(jsonb_populate_record(NULL::%1$s, $1)), to_jsonb(jsonb_populate_record(NULL::%1$s, $2))',
            target
        ) INTO at_hand, before USING at_hand, before;
    END IF;
    RETURN jsonb_build_object(
        'row', at_hand,
        'new', CASE WHEN NOT is_delete THEN at_hand END,
        'old', before,
        'agent', context -> 'agent',
        'tx', context -> 'tx',
        'relations', coalesce(context -> 'relations', '{}'),
        'facts', coalesce(context -> 'facts', '{}')
    );
END
$$;

COMMENT ON FUNCTION erp.rule_environment(jsonb, jsonb, regclass) IS
'What a rule can read: the row at hand (OLD on DELETE), both sides of the change, actor, transaction and given facts.';

ALTER FUNCTION erp.rule_environment(jsonb, jsonb, regclass) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_environment(jsonb, jsonb, regclass) FROM PUBLIC;
