CREATE OR REPLACE FUNCTION erp.rule_judge(
    rule jsonb,
    record jsonb,
    context jsonb,
    relation oid,
    schema_name name,
    table_name name
)
RETURNS void
LANGUAGE plpgsql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted CONSTANT boolean := rule ->> 'polarity' = 'require';
    env jsonb := erp.rule_environment(record, context, NULL);
    bound jsonb := erp.rule_bind_top(rule -> 'compiled_ast', relation, rule ->> 'triggering_operation', env);
    result jsonb := erp.rule_eval(bound, env);
    unknowns text[];
    code text := rule ->> 'violation_code';
    message text := rule ->> 'violation_message';
    hint text;
    detail jsonb;
    given jsonb;
    part jsonb;
    change jsonb;
    hidden text[];
BEGIN
    IF NOT result ? 'error' AND (
        (result ->> 'value')::boolean = wanted
        OR (result -> 'value' = 'null' AND rule ->> 'on_unknown' = 'allow')
    ) THEN
        RETURN;
    END IF;

    given := coalesce((
        SELECT jsonb_object_agg(coalesce(field ->> 'path', field ->> 'shown'), field -> 'value')
        FROM jsonb_path_query(result, 'strict $.** ? (exists(@.path) || exists(@.shown))') AS field
        WHERE NOT field ? 'scope'
    ), '{}');
    hidden := erp.rule_concealed(bound, relation, session_user);
    part := erp.rule_blame(bound, result, wanted);
    detail := jsonb_build_object(
        'rule', coalesce(rule ->> 'rule_name', 'rule_' || (rule ->> 'constraint_id')),
        'constraint_id', rule -> 'constraint_id',
        'version', rule -> 'version',
        'table', schema_name || '.' || table_name,
        'operation', context -> 'tx' -> 'operation',
        'values', (
            SELECT coalesce(jsonb_object_agg(key, CASE WHEN key <> ALL (hidden) THEN value ELSE 'null' END), '{}')
            FROM jsonb_each(given)
        )
    ) || erp.rule_failing(part, hidden);
    hidden := ARRAY(
        SELECT name
        FROM unnest(hidden) AS name
        WHERE given ->> name IS NOT NULL
        OR result @? format('strict $.** ? (@.path == %1$s && @.value != null)', to_json(name))::jsonpath
    );
    IF result ->> 'value' IS NOT NULL AND NOT context ? 'through'
        AND NOT erp.rule_reads_hidden(part -> 'node', hidden) THEN
        change := erp.rule_change(bound, part, rule, relation, env);
    END IF;
    IF change IS NOT NULL THEN
        detail := detail || jsonb_build_object('change', change);
    END IF;
    IF context ? 'through' THEN
        detail := detail || jsonb_build_object('through', context -> 'through');
    END IF;
    IF hidden <> '{}' THEN
        detail := detail || jsonb_build_object('redacted', hidden);
    END IF;

    IF result ? 'error' THEN
        code := result -> 'error' ->> 'code';
        message := format('%s: %s', detail ->> 'rule', result -> 'error' ->> 'message');
        hint := format('the rule cannot be computed for these values: %s', detail ->> 'failing');
    ELSIF result -> 'value' = 'null' THEN
        unknowns := erp.rule_unknowns(result);
        code := 'RP111';
        message := format('cannot be established: %s is null', coalesce(unknowns[1], detail ->> 'failing'));
        detail := detail || jsonb_build_object('unknown', unknowns, 'message', rule -> 'violation_message');
        hint := CASE
            WHEN context -> 'agent' = 'null' AND array_to_string(unknowns, ',') ~ '(^|,)agent[.]' THEN
                'connect as an agent or a person, or as the owner use erp.break_glass(reason)'
            ELSE 'give these a value, or let the rule allow what is unknown (on_unknown)'
        END;
    ELSE
        hint := format(
            CASE WHEN wanted THEN 'needs: %s%s%s' ELSE 'must not be: %s%s%s' END,
            detail ->> 'failing',
            ' (off by ' || (detail ->> 'gap') || ')',
            '; ' || (change ->> 'field') || ' = ' || CASE jsonb_typeof(change -> 'to')
                WHEN 'string' THEN '''' || replace(change ->> 'to', '''', '''''') || ''''
                ELSE change ->> 'to'
            END || ' would pass'
        );
    END IF;

    IF rule ->> 'mode' = 'shadow' THEN
        RAISE LOG 'rule shadow: % %: % %', code, detail ->> 'rule', message, detail;
        PERFORM erp.rule_log_shadow(code, message, detail, erp.rule_row_key(relation, record));
        RETURN;
    END IF;
    RAISE EXCEPTION '%', message USING
        ERRCODE = code,
        DETAIL = detail::text,
        HINT = hint,
        CONSTRAINT = detail ->> 'rule',
        SCHEMA = schema_name,
        TABLE = table_name;
END
$$;

COMMENT ON FUNCTION erp.rule_judge(jsonb, jsonb, jsonb, oid, name, name) IS
'Judges one stored rule over one written row: returns, logs (shadow), or raises the refusal with rule, values, failing part and gap.';

ALTER FUNCTION erp.rule_judge(jsonb, jsonb, jsonb, oid, name, name) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_judge(jsonb, jsonb, jsonb, oid, name, name) FROM PUBLIC;
