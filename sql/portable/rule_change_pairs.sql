-- The comparisons below the part of a rule that failed, each with the operator it ought to satisfy. Where there is none
-- ("any"), only a boolean column can be turned.
CREATE OR REPLACE FUNCTION erp.rule_change_pairs(
    node jsonb,
    wanted boolean,
    env jsonb
)
RETURNS SETOF jsonb
LANGUAGE plpgsql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    opposite CONSTANT jsonb := '{"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}';
    op text := CASE node ->> 'op' WHEN '===' THEN '==' WHEN '!==' THEN '!=' ELSE node ->> 'op' END;
    args jsonb := node -> 'args';
    arg jsonb;
BEGIN
    IF op = 'not' THEN
        RETURN QUERY SELECT erp.rule_change_pairs(args -> 0, NOT wanted, env);
    ELSIF op IN ('and', 'or') THEN
        FOR arg IN SELECT jsonb_array_elements(args) LOOP
            RETURN QUERY SELECT erp.rule_change_pairs(arg, wanted, env);
        END LOOP;
    ELSIF op = 'implies' THEN
        RETURN QUERY SELECT erp.rule_change_pairs(args -> 0, NOT wanted, env);
        RETURN QUERY SELECT erp.rule_change_pairs(args -> 1, wanted, env);
    ELSIF op = 'between' THEN
        RETURN QUERY SELECT jsonb_build_object('op', CASE WHEN wanted THEN '>=' ELSE '<' END, 'left', args -> 0, 'right', args -> 1);
        RETURN QUERY SELECT jsonb_build_object('op', CASE WHEN wanted THEN '<=' ELSE '>' END, 'left', args -> 0, 'right', args -> 2);
    ELSIF op = 'in' AND args -> 1 ->> 'op' = 'list' THEN
        arg := erp.rule_change_element(node, wanted, env);
        IF arg IS NOT NULL THEN
            RETURN QUERY SELECT jsonb_build_object('op', CASE WHEN wanted THEN '==' ELSE '!=' END, 'left', args -> 0, 'right', arg);
        END IF;
    ELSIF opposite ? op THEN
        FOR n IN 1..jsonb_array_length(args) - 1 LOOP
            RETURN QUERY SELECT jsonb_build_object(
                'op', CASE WHEN wanted THEN op ELSE opposite ->> op END, 'left', args -> (n - 1), 'right', args -> n
            );
        END LOOP;
    ELSE
        RETURN QUERY SELECT jsonb_build_object('op', 'any', 'left', node, 'right', node);
    END IF;
END
$$;

COMMENT ON FUNCTION erp.rule_change_pairs(jsonb, boolean, jsonb) IS
'What has to compare differently for a part of a rule to come out as wanted: {"op", "left", "right"} each.';

ALTER FUNCTION erp.rule_change_pairs(jsonb, boolean, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_change_pairs(jsonb, boolean, jsonb) FROM PUBLIC;
