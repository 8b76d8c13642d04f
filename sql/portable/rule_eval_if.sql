-- An unknown test makes the whole unknown: SQL's CASE would take the otherwise branch, and so let through a row whose
-- discount is not known.
CREATE OR REPLACE FUNCTION erp.rule_eval_if(
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
    children jsonb := '[]';
    outcome jsonb := '{"value": null}';
    tested jsonb;
    branches int := jsonb_array_length(node -> 'tests');
BEGIN
    FOR n IN 0..branches LOOP
        IF n = branches THEN
            EXIT WHEN jsonb_array_length(node -> 'arms') = branches;
            outcome := erp.rule_eval(node -> 'arms' -> n, env);
            children := children || jsonb_build_array(outcome);
            EXIT;
        END IF;
        tested := erp.rule_eval(node -> 'tests' -> n, env);
        children := children || jsonb_build_array(tested);
        IF tested ? 'error' OR tested -> 'value' = 'null' THEN
            outcome := tested;
            EXIT;
        ELSIF (tested ->> 'value')::boolean THEN
            outcome := erp.rule_eval(node -> 'arms' -> n, env);
            children := children || jsonb_build_array(outcome);
            EXIT;
        END IF;
    END LOOP;
    RETURN erp.rule_result(node, outcome, children);
END
$$;

COMMENT ON FUNCTION erp.rule_eval_if(jsonb, jsonb) IS 'Evaluates "if": tests in turn, only the chosen branch.';

ALTER FUNCTION erp.rule_eval_if(jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_eval_if(jsonb, jsonb) FROM PUBLIC;
