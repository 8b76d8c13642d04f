-- Static typing. Every node gets a type before anything is evaluated, so a type error is never absorbed by a
-- neighbour and shows when the rule is stored.
CREATE OR REPLACE FUNCTION erp.rule_bind(
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
    plain CONSTANT text[] := '{number,text,date,timestamp,timestamptz,boolean,uuid}';
    op text := node ->> 'op';
    at text := node ->> 'at';
    args jsonb;
    united jsonb;
    tests jsonb := '[]';
    arms jsonb := '[]';
BEGIN
    IF op = 'literal' THEN
        IF node ->> 'type' = 'duration' AND erp.rule_duration(node ->> 'value') IS NULL THEN
            PERFORM erp.rule_fail('RP104', at, format('%s is not an ISO 8601 duration', node ->> 'label'));
        END IF;
        RETURN node;
    ELSIF op = 'ref' THEN
        RETURN erp.rule_bind_ref(node, target, operation, env);
    ELSIF node ? 'source' THEN
        RETURN erp.rule_bind_quantifier(node, target, operation, env);
    END IF;

    SELECT jsonb_agg(erp.rule_bind(arg.value, target, operation, env) ORDER BY arg.ordinality) INTO args
    FROM jsonb_array_elements(node -> 'args') WITH ORDINALITY AS arg;

    CASE
        WHEN op IN ('and', 'or', 'not', 'implies', 'iff', 'xor') THEN
            united := erp.rule_unify(args, '{boolean}', at);
            RETURN node || united || '{"type": "boolean"}';
        WHEN op IN ('==', '!=', '===', '!==') THEN
            -- `x == null` written out is a null test, for any type.
            IF args @> '[{"op": "literal", "type": "null"}]' THEN
                RETURN node || jsonb_build_object('op', rpad(op, 3, '='), 'args', args, 'type', 'boolean', 'of', 'null');
            END IF;
            united := erp.rule_unify(args, CASE WHEN node ? 'only' THEN ARRAY(SELECT jsonb_array_elements_text(node -> 'only')) ELSE plain END, at);
            RETURN node || united || jsonb_build_object('type', 'boolean', 'of', united -> 'type');
        WHEN op IN ('<', '<=', '>', '>=', 'between') THEN
            united := erp.rule_unify(args, ordered, at);
            RETURN node || united || jsonb_build_object('type', 'boolean', 'of', united -> 'type');
        WHEN op = 'list' THEN
            RETURN node || jsonb_build_object('args', args, 'type', 'list');
        WHEN op = 'in' AND args -> 1 ->> 'op' <> 'list' THEN
            RETURN erp.rule_bind_in(node, args);
        WHEN op = 'in' THEN
            united := erp.rule_unify(jsonb_build_array(args -> 0) || (args -> 1 -> 'args'), plain, at);
            RETURN node || jsonb_build_object(
                'args', jsonb_build_array(united -> 'args' -> 0, (args -> 1) || jsonb_build_object('args', (united -> 'args') - 0)),
                'type', 'boolean',
                'of', united -> 'type'
            );
        WHEN op IN ('is_null', 'is_not_null') THEN
            RETURN node || jsonb_build_object('args', args, 'type', 'boolean');
        WHEN op IN ('+', '-') AND jsonb_path_exists(args, '$[*] ? (@.type like_regex "^(date|timestamp|duration)")') THEN
            RETURN erp.rule_bind_moments(node, args);
        WHEN op IN ('+', '-', '*', '/', '%', 'abs') THEN
            united := erp.rule_unify(args, '{number}', at);
            RETURN node || united || '{"type": "number"}';
        WHEN op IN ('min', 'max') THEN
            RETURN node || erp.rule_unify_values(args, ordered, at);
        WHEN op = 'coalesce' THEN
            RETURN node || erp.rule_unify_values(args, plain, at);
        WHEN op = 'if' THEN
            -- test, value, test, value, ..., otherwise
            FOR n IN 0..jsonb_array_length(args) - 1 LOOP
                IF n % 2 = 0 AND n < jsonb_array_length(args) - 1 THEN
                    tests := tests || jsonb_build_array(args -> n);
                ELSE
                    arms := arms || jsonb_build_array(args -> n);
                END IF;
            END LOOP;
            tests := erp.rule_unify(tests, '{boolean}', at) -> 'args';
            united := erp.rule_unify_values(arms, plain, at);
            RETURN (node - 'args') || jsonb_build_object('tests', tests, 'arms', united -> 'args', 'type', united -> 'type');
        ELSE
            RETURN erp.rule_bind_call(node, args);
    END CASE;
END
$$;

COMMENT ON FUNCTION erp.rule_bind(jsonb, oid, text, jsonb) IS
'A parsed rule with names resolved and every node typed; RP102 for unknown names, RP104 for type errors.';

ALTER FUNCTION erp.rule_bind(jsonb, oid, text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_bind(jsonb, oid, text, jsonb) FROM PUBLIC;
