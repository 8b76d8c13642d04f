-- Types of quantifiers, aggregates and list operators. The row's names are looked up in the scopes (rule_bind_scoped).
CREATE OR REPLACE FUNCTION erp.rule_bind_quantifier(
    node jsonb,
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
    ordered CONSTANT text[] := '{number,text,date,timestamp,timestamptz}';
    plain CONSTANT text[] := ordered || '{boolean,uuid}'::text[];
    op CONSTANT text := node ->> 'op';
    at CONSTANT text := node ->> 'at';
    source jsonb := erp.rule_bind_source(node, target, operation, env);
    inner_env jsonb;
    body jsonb;
    allowed text[];
BEGIN
    IF op = 'reduce' THEN
        RETURN erp.rule_bind_reduce(node, source -> 'source', target, operation, env);
    END IF;
    inner_env := env || jsonb_build_object(
        'scopes', coalesce(env -> 'scopes', '{}') || jsonb_build_object(node ->> 'alias', source -> 'scope')
    );
    node := node || jsonb_build_object('source', source -> 'source');
    IF node ? 'where' THEN
        body := erp.rule_bind(node -> 'where', target, operation, inner_env);
        node := node || jsonb_build_object('where', erp.rule_unify(jsonb_build_array(body), '{boolean}', at) -> 'args' -> 0);
    END IF;
    body := CASE WHEN node ? 'body' THEN erp.rule_bind(node -> 'body', target, operation, inner_env) END;

    allowed := CASE
        WHEN op IN ('exists', 'forall', 'exists_one', 'all', 'some', 'none', 'filter') THEN '{boolean}'
        WHEN op IN ('sum', 'avg') THEN '{number}'
        WHEN op IN ('min', 'max') THEN ordered
        WHEN op IN ('lookup', 'count_distinct') THEN plain
    END;
    IF body IS NOT NULL AND allowed IS NOT NULL THEN
        body := erp.rule_unify(jsonb_build_array(body), allowed, at) -> 'args' -> 0;
    END IF;
    RETURN node || jsonb_strip_nulls(jsonb_build_object(
        'body', body,
        'of', body -> 'type',
        'element', CASE op WHEN 'filter' THEN source -> 'scope' -> 'type' WHEN 'map' THEN body -> 'type' END,
        'type', CASE
            WHEN op IN ('exists', 'forall', 'exists_one', 'all', 'some', 'none') THEN 'boolean'
            WHEN op IN ('count', 'count_distinct', 'sum', 'avg') THEN 'number'
            WHEN op IN ('filter', 'map') THEN 'list'
            ELSE body ->> 'type'
        END
    ));
END
$$;

COMMENT ON FUNCTION erp.rule_bind_quantifier(jsonb, oid, text, jsonb) IS
'A quantifier, aggregate or list operator with its names resolved and its parts typed.';

ALTER FUNCTION erp.rule_bind_quantifier(jsonb, oid, text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_bind_quantifier(jsonb, oid, text, jsonb) FROM PUBLIC;
