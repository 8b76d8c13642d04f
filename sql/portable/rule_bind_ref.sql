-- Gives a field its type: from the catalog when the target table is known, else from the JSON value it finds.
CREATE OR REPLACE FUNCTION erp.rule_bind_ref(
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
    path text[] := ARRAY(SELECT jsonb_array_elements_text(node -> 'path'));
    at text := node ->> 'at';
    known jsonb := '{}';
    found jsonb;
    bound jsonb;
BEGIN
    bound := erp.rule_bind_scoped(node, env);
    IF bound IS NOT NULL THEN
        RETURN bound;
    END IF;
    CASE node ->> 'root'
        WHEN 'tx' THEN
            known := '{"now": "timestamptz", "today": "date", "as_of": "timestamptz", "operation": "text", "user": "text"}';
        WHEN 'agent' THEN
            known := '{"kind": "text", "id": "number", "role_name": "text", "display_name": "text",
                       "financial_authority_limit": "number", "operational_status": "text"}';
        WHEN 'old' THEN
            IF operation = 'INSERT' THEN
                PERFORM erp.rule_fail('RP102', at, format('an INSERT has no %s', node ->> 'name'));
            END IF;
        WHEN 'new' THEN
            IF operation = 'DELETE' THEN
                PERFORM erp.rule_fail('RP102', at, format('a DELETE has no new.%s', node ->> 'name'));
            END IF;
        ELSE
            NULL;
    END CASE;

    IF node ->> 'root' IN ('tx', 'agent') THEN
        IF cardinality(path) > 1 OR NOT known ? path[1] THEN
            PERFORM erp.rule_fail(
                'RP102', at, format('unknown name "%s"', left(node ->> 'name', 128)),
                'did you mean "' || (node ->> 'root') || '.'
                || erp.rule_nearest(path[1], ARRAY(SELECT jsonb_object_keys(known))) || '"?'
            );
        END IF;
        IF node -> 'path' = '["as_of"]' AND node ->> 'root' = 'tx' THEN
            -- the moment the rule is judged at
            path := '{now}';
        END IF;
        PERFORM erp.rule_check_given(node, env -> (node ->> 'root') -> path[1], known ->> path[1]);
        RETURN node || jsonb_build_object('path', path, 'type', known -> path[1], 'hops', '[]'::jsonb);
    END IF;

    IF target IS NOT NULL THEN
        bound := node || erp.rule_resolve(target, path, at);
        PERFORM erp.rule_require_readable(target, bound, env);
        RETURN bound;
    END IF;
    found := coalesce(env -> 'facts' -> (node ->> 'name'), env -> (node ->> 'root') #> path);
    RETURN node || jsonb_build_object(
        'type', CASE coalesce(jsonb_typeof(found), 'null')
            WHEN 'string' THEN 'text'
            WHEN 'object' THEN 'json'
            WHEN 'array' THEN 'json'
            ELSE coalesce(jsonb_typeof(found), 'null')
        END,
        'hops', '[]'::jsonb
    );
END
$$;

COMMENT ON FUNCTION erp.rule_bind_ref(jsonb, oid, text, jsonb) IS 'The type of a field, agent attribute or transaction attribute of a rule.';

ALTER FUNCTION erp.rule_bind_ref(jsonb, oid, text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_bind_ref(jsonb, oid, text, jsonb) FROM PUBLIC;
