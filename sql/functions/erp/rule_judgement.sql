-- As if the row were written now: by the rule's own operation, as an INSERT when it has none; old is then the row itself.
CREATE OR REPLACE FUNCTION erp.rule_judgement(
    constraint_id bigint,
    image jsonb
)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    rule agent.constraints;
    operation text;
    result jsonb;
    missing text;
    code text;
    message text;
BEGIN
    SELECT c.* INTO rule
    FROM agent.constraints AS c
    WHERE c.constraint_id = rule_judgement.constraint_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no rule %', constraint_id
            USING ERRCODE = '22023',
            DETAIL = jsonb_build_object('constraint_id', constraint_id)::text,
            HINT = 'SELECT constraint_id, rule_name FROM erp_agent_constraints';
    END IF;
    message := rule.violation_message;
    operation := CASE rule.triggering_operation WHEN '*' THEN 'INSERT' ELSE rule.triggering_operation END;
    BEGIN
        result := erp.rule_evaluate(
            rule.compiled_ast, image,
            jsonb_build_object(
                'agent', erp.actor(),
                'tx', jsonb_build_object('now', erp.now(), 'today', erp.today(), 'operation', operation, 'user', session_user)
            ) || CASE operation WHEN 'INSERT' THEN '{}' ELSE jsonb_build_object('old', image) END,
            rule.target_relation
        );
        IF result -> 'verdict' = to_jsonb(rule.polarity = 'require')
            OR (result -> 'verdict' = 'null' AND rule.on_unknown = 'allow') THEN
            RETURN '{}';
        END IF;
        code := rule.violation_code;
        IF result -> 'verdict' = 'null' THEN
            code := 'RP111';
            missing := jsonb_path_query_first(result, 'strict $.** ? (exists(@.path) && @.value == null).path') #>> '{}';
            message := format('cannot be established: %s is null', coalesce(missing, result -> 'trace' ->> 'label'));
        END IF;
    EXCEPTION
        WHEN SQLSTATE 'RP103' OR SQLSTATE 'RP104' OR SQLSTATE 'RP105' THEN
            code := SQLSTATE;
            message := SQLERRM;
    END;
    RETURN jsonb_build_object(
        'code', code,
        'message', message,
        'detail', jsonb_strip_nulls(jsonb_build_object(
            'rule', coalesce(rule.rule_name, 'rule_' || rule.constraint_id), 'constraint_id', rule.constraint_id,
            'version', rule.version, 'table', rule.target_relation::text, 'operation', operation
        )) || jsonb_build_object('values', coalesce((
            SELECT jsonb_object_agg(field ->> 'path', field -> 'value')
            FROM jsonb_path_query(result, 'strict $.** ? (exists(@.path))') AS field
        ), '{}'))
    );
END
$function$;
COMMENT ON FUNCTION erp.rule_judgement(bigint, jsonb) IS
'How a rule would judge the writing of a row now: {} when it passes, else code, message and detail; with the rights of the caller.';
ALTER FUNCTION erp.rule_judgement(bigint, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_judgement(bigint, jsonb) FROM PUBLIC;
