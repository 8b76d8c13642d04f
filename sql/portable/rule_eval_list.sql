-- filter and map where the list itself is asked for, and reduce.
CREATE OR REPLACE FUNCTION erp.rule_eval_list(
    node jsonb,
    env jsonb
)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    is_reduce CONSTANT boolean := node ->> 'op' = 'reduce';
    list jsonb := erp.rule_list(CASE WHEN is_reduce THEN node -> 'source' ELSE node END, env);
    outcome jsonb;
    entry jsonb;
BEGIN
    IF NOT list ? 'entries' THEN
        RETURN erp.rule_result(node, list, jsonb_build_array(list));
    ELSIF NOT is_reduce THEN
        RETURN erp.rule_result(node, CASE
            WHEN list @? '$.entries[*].error' THEN
                jsonb_build_object('value', NULL, 'error', jsonb_path_query_first(list, '$.entries[*].error'))
            ELSE jsonb_build_object('value', jsonb_path_query_array(list, '$.entries[*].value'))
        END, '[]');
    END IF;

    outcome := erp.rule_eval(node -> 'initial', env);
    FOR entry IN SELECT jsonb_array_elements(list -> 'entries') LOOP
        outcome := CASE WHEN entry ? 'error' THEN entry ELSE outcome END;
        EXIT WHEN outcome ? 'error';
        outcome := erp.rule_eval(node -> 'body', env || jsonb_build_object(
            'scopes', coalesce(env -> 'scopes', '{}') || jsonb_build_object('current', entry, 'accumulator', outcome)
        ));
    END LOOP;
    RETURN erp.rule_result(node, outcome, '[]');
END
$$;

COMMENT ON FUNCTION erp.rule_eval_list(jsonb, jsonb) IS 'Evaluates filter, map and reduce of a rule.';

ALTER FUNCTION erp.rule_eval_list(jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_eval_list(jsonb, jsonb) FROM PUBLIC;
