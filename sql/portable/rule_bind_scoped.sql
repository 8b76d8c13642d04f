-- Scopes are the rows and elements that the quantifiers around a name range over, by alias: {"relation": oid, "via"} a row
-- of a table, {"given": [rows]} rows given with the record, {"type": t} an element of a list. The alias '' is the element
-- that has no name.
CREATE OR REPLACE FUNCTION erp.rule_bind_scoped(
    node jsonb,
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
    alias text := erp.rule_scope(node, env);
    scope jsonb := env -> 'scopes' -> alias;
    bound jsonb;
    types text[];
BEGIN
    IF alias IS NULL THEN
        RETURN NULL;
    END IF;
    IF alias <> '' THEN
        path := path[2:];
    END IF;
    bound := node || jsonb_build_object('scope', alias, 'path', path, 'hops', '[]'::jsonb);

    IF scope ? 'relation' OR scope ? 'given' THEN
        IF path = '{}' THEN
            PERFORM erp.rule_fail('RP102', node ->> 'at', format('"%s" is a row; name one of its columns', alias));
        END IF;
    END IF;
    IF scope ? 'relation' THEN
        bound := bound || erp.rule_resolve((scope ->> 'relation')::oid, path, node ->> 'at')
            || jsonb_build_object('relation', scope -> 'relation', 'via', scope -> 'via');
        PERFORM erp.rule_require_readable((scope ->> 'relation')::oid, bound, env);
        RETURN bound;
    ELSIF scope ? 'given' THEN
        types := ARRAY(
            SELECT DISTINCT erp.rule_json_type(given #> path)
            FROM jsonb_array_elements(scope -> 'given') AS given
            WHERE erp.rule_json_type(given #> path) <> 'null'
            ORDER BY 1
        );
        IF cardinality(types) > 1 THEN
            PERFORM erp.rule_fail('RP104', node ->> 'at', format('%s is %s and %s in the rows given', node ->> 'label', types[1], types[2]));
        END IF;
        RETURN bound || jsonb_build_object('type', coalesce(types[1], 'null'));
    END IF;
    IF path <> '{}' AND scope ->> 'type' NOT IN ('json', 'null') THEN
        PERFORM erp.rule_fail('RP102', node ->> 'at', format('the element is a %s and has no members', scope ->> 'type'));
    END IF;
    RETURN bound || jsonb_build_object('type', scope -> 'type');
END
$$;

COMMENT ON FUNCTION erp.rule_bind_scoped(jsonb, jsonb) IS
'The type of a name that a quantifier around it gives a meaning to, or NULL when none does.';

ALTER FUNCTION erp.rule_bind_scoped(jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_bind_scoped(jsonb, jsonb) FROM PUBLIC;
