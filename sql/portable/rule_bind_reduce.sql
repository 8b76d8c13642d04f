CREATE OR REPLACE FUNCTION erp.rule_bind_reduce(
    node jsonb,
    source jsonb,
    target oid,
    operation text,
    env jsonb
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    kinds CONSTANT text[] := '{number,text,boolean}';
    initial jsonb := erp.rule_unify(
        jsonb_build_array(erp.rule_bind(node -> 'initial', target, operation, env)), kinds, node ->> 'at'
    ) -> 'args' -> 0;
    body jsonb;
BEGIN
    IF initial ->> 'type' <> ALL (kinds) THEN
        PERFORM erp.rule_fail('RP104', node ->> 'at', 'needs number or text or boolean to begin with, not null');
    END IF;
    body := erp.rule_bind(node -> 'body', target, operation, env || jsonb_build_object(
        'scopes', coalesce(env -> 'scopes', '{}') || jsonb_build_object(
            'current', jsonb_build_object('type', coalesce(source -> 'element', '"json"')),
            'accumulator', jsonb_build_object('type', initial -> 'type')
        )
    ));
    RETURN node || jsonb_build_object(
        'source', source,
        'initial', initial,
        'body', erp.rule_unify(jsonb_build_array(body), ARRAY[initial ->> 'type'], node ->> 'at') -> 'args' -> 0,
        'type', initial -> 'type'
    );
END
$$;

COMMENT ON FUNCTION erp.rule_bind_reduce(jsonb, jsonb, oid, text, jsonb) IS
'A reduce with its parts typed: the accumulator has the type of what it begins with.';

ALTER FUNCTION erp.rule_bind_reduce(jsonb, jsonb, oid, text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_bind_reduce(jsonb, jsonb, oid, text, jsonb) FROM PUBLIC;
