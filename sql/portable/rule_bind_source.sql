-- The rows a quantifier ranges over. Rows given with the record come before the catalog, so that a rule can be tried
-- without its tables.
CREATE OR REPLACE FUNCTION erp.rule_bind_source(
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
    source jsonb := node -> 'source';
    name text := source ->> 'relation';
    given jsonb;
    relation oid;
    bound jsonb;
BEGIN
    IF NOT source ? 'relation' THEN
        bound := CASE
            WHEN source ->> 'op' IN ('filter', 'map', 'ref') THEN erp.rule_bind(source, target, operation, env)
            ELSE source || '{"type": "value"}'
        END;
        IF bound ->> 'type' NOT IN ('list', 'json', 'null') THEN
            PERFORM erp.rule_fail('RP104', source ->> 'at', format('needs a list, not %s', bound ->> 'type'));
        END IF;
        RETURN jsonb_build_object(
            'source', bound, 'scope', jsonb_build_object('type', coalesce(bound -> 'element', '"json"'))
        );
    END IF;

    given := env -> 'relations' -> name;
    IF jsonb_typeof(given) = 'array' THEN
        RETURN jsonb_build_object('source', source, 'scope', jsonb_build_object('given', given));
    END IF;
    BEGIN
        relation := erp.rule_target(name);
    EXCEPTION
        WHEN SQLSTATE 'RP106' THEN
            PERFORM erp.rule_fail('RP102', source ->> 'at', replace(SQLERRM, 'no rule can guard', 'no rule can read'));
    END;
    IF env ? 'reader' AND NOT has_any_column_privilege((env ->> 'reader')::name, relation, 'SELECT') THEN
        PERFORM erp.rule_fail(
            'RP102', source ->> 'at', format('%s may not read %s', env ->> 'reader', relation::regclass),
            format('the rule''s author needs SELECT on %s', relation::regclass)
        );
    END IF;
    RETURN jsonb_build_object(
        'source', source || jsonb_build_object('table', relation::text),
        'scope', jsonb_build_object('relation', relation::text, 'via', node -> 'op')
    );
END
$$;

COMMENT ON FUNCTION erp.rule_bind_source(jsonb, oid, text, jsonb) IS
'What a quantifier ranges over: {"source", "scope"}, the table or list found and what its names mean; RP102 or RP104.';

ALTER FUNCTION erp.rule_bind_source(jsonb, oid, text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_bind_source(jsonb, oid, text, jsonb) FROM PUBLIC;
