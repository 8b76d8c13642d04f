-- The elements of a list expression. Each is {"value"} or, where filtering or mapping it failed, {"error"}: an element that
-- decides a quantifier absorbs the error of another.
CREATE OR REPLACE FUNCTION erp.rule_list(
    source jsonb,
    env jsonb
)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    list jsonb;
    entry jsonb;
    inner_env jsonb;
    outcome jsonb;
    entries jsonb := '[]';
BEGIN
    IF source ->> 'op' NOT IN ('filter', 'map') THEN
        list := erp.rule_eval(source, env);
        IF list ? 'error' OR list -> 'value' = 'null' THEN
            RETURN list;
        ELSIF jsonb_typeof(list -> 'value') <> 'array' THEN
            RETURN jsonb_build_object('value', NULL, 'error', jsonb_build_object(
                'code', 'RP104', 'message', format('%s is not a list', source ->> 'label')
            ));
        END IF;
        RETURN list || jsonb_build_object('entries', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('value', e.value) ORDER BY e.ordinality), '[]')
            FROM jsonb_array_elements(list -> 'value') WITH ORDINALITY AS e
        ));
    END IF;

    list := erp.rule_list(source -> 'source', env);
    IF NOT list ? 'entries' THEN
        RETURN list;
    END IF;
    FOR entry IN SELECT jsonb_array_elements(list -> 'entries') LOOP
        IF entry ? 'error' THEN
            entries := entries || jsonb_build_array(entry);
            CONTINUE;
        END IF;
        inner_env := env || jsonb_build_object('scopes', coalesce(env -> 'scopes', '{}') || jsonb_build_object('', entry));
        IF source ->> 'op' = 'map' THEN
            outcome := erp.rule_eval(source -> 'body', inner_env);
            entry := CASE WHEN outcome ? 'error' THEN outcome ELSE jsonb_build_object('value', outcome -> 'value') END;
        ELSE
            outcome := erp.rule_select(source -> 'body', inner_env);
            CONTINUE WHEN outcome -> 'value' = 'false';
            entry := CASE WHEN outcome ? 'error' THEN outcome ELSE entry END;
        END IF;
        entries := entries || jsonb_build_array(entry);
    END LOOP;
    RETURN list || jsonb_build_object('entries', entries);
END
$$;

COMMENT ON FUNCTION erp.rule_list(jsonb, jsonb) IS
'A list expression as {"entries": [{"value"} | {"error"}]}, {"value": null} where there is no list, or an error.';

ALTER FUNCTION erp.rule_list(jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_list(jsonb, jsonb) FROM PUBLIC;
