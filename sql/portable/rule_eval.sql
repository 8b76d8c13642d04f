-- The evaluator. Each node gives {"label", "value", "pass", "children"}, the trace of its own evaluation, with
-- "error" when it could not be computed and "path" when it is a field. "pass" is the verdict of a condition, else null.
CREATE OR REPLACE FUNCTION erp.rule_eval(
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
    op text := node ->> 'op';
    compared text := node ->> 'of';
    children jsonb := '[]';
    child jsonb;
    outcome jsonb;
BEGIN
    IF op = 'literal' THEN
        RETURN erp.rule_result(node, node, children);
    ELSIF op = 'ref' THEN
        RETURN erp.rule_result(node, erp.rule_eval_ref(node, env), children);
    ELSIF op = 'if' THEN
        RETURN erp.rule_eval_if(node, env);
    ELSIF op IN ('filter', 'map', 'reduce') THEN
        RETURN erp.rule_eval_list(node, env);
    ELSIF node ? 'source' THEN
        RETURN erp.rule_eval_quantifier(node, env);
    END IF;

    FOR child IN SELECT arg FROM jsonb_array_elements(node -> 'args') AS arg LOOP
        child := erp.rule_eval(child, env);
        children := children || jsonb_build_array(child);
        -- coalesce alone is lazy: what stands behind the first known value is not asked
        EXIT WHEN op = 'coalesce' AND (child ? 'error' OR child -> 'value' <> 'null');
    END LOOP;

    CASE
        WHEN op IN ('and', 'or') THEN
            outcome := erp.rule_combine(op, children);
        WHEN op = 'not' THEN
            outcome := erp.rule_negate(children -> 0);
        WHEN op = 'implies' THEN
            outcome := erp.rule_combine('or', jsonb_build_array(erp.rule_negate(children -> 0), children -> 1));
        WHEN op IN ('xor', 'iff') THEN
            outcome := children -> 0;
            FOR n IN 1..jsonb_array_length(children) - 1 LOOP
                outcome := erp.rule_compare(CASE op WHEN 'xor' THEN '!=' ELSE '==' END, 'boolean', outcome, children -> n);
            END LOOP;
        WHEN op IN ('==', '!=', '===', '!==', '<', '<=', '>', '>=') THEN
            outcome := erp.rule_compare(op, compared, children -> 0, children -> 1);
            IF jsonb_array_length(children) = 3 THEN
                outcome := erp.rule_combine(
                    'and', jsonb_build_array(outcome, erp.rule_compare(op, compared, children -> 1, children -> 2))
                );
            END IF;
        WHEN op = 'between' THEN
            outcome := erp.rule_combine('and', jsonb_build_array(
                erp.rule_compare('>=', compared, children -> 0, children -> 1),
                erp.rule_compare('<=', compared, children -> 0, children -> 2)
            ));
        WHEN node ? 'by' THEN
            outcome := erp.rule_eval_call(node, children);
        WHEN op = 'list' THEN
            outcome := '{"value": null}';
        WHEN op = 'in' AND node ? 'within' THEN
            outcome := erp.rule_eval_in(node, children);
        WHEN op = 'in' THEN
            SELECT erp.rule_combine('or', jsonb_agg(erp.rule_compare('==', compared, children -> 0, element.value) ORDER BY element.ordinality))
            INTO outcome
            FROM jsonb_array_elements(children -> 1 -> 'children') WITH ORDINALITY AS element;
        WHEN op IN ('is_null', 'is_not_null') THEN
            outcome := erp.rule_compare(CASE op WHEN 'is_null' THEN '===' ELSE '!==' END, 'text', children -> 0, '{"value": null}');
        WHEN op IN ('min', 'max') THEN
            outcome := children -> 0;
            FOR n IN 1..jsonb_array_length(children) - 1 LOOP
                EXIT WHEN outcome ? 'error';
                CONTINUE WHEN outcome -> 'value' = 'null' AND NOT children -> n ? 'error';
                child := erp.rule_compare(CASE op WHEN 'min' THEN '<' ELSE '>' END, node ->> 'type', children -> n, outcome);
                IF child ? 'error' OR child -> 'value' = 'null' THEN
                    outcome := child;
                ELSIF (child ->> 'value')::boolean THEN
                    outcome := children -> n;
                END IF;
            END LOOP;
        WHEN op = 'coalesce' THEN
            outcome := child;
        ELSE
            outcome := erp.rule_calculate(op, children);
    END CASE;

    RETURN erp.rule_result(node, outcome, children);
END
$$;

COMMENT ON FUNCTION erp.rule_eval(jsonb, jsonb) IS
'Evaluates a bound rule over {"row", "new", "old", "agent", "tx", "facts"} in three-valued logic and returns the trace.';

ALTER FUNCTION erp.rule_eval(jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_eval(jsonb, jsonb) FROM PUBLIC;
