CREATE OR REPLACE FUNCTION agent.admit_call(
    p_agent_id bigint,
    p_tool text,
    p_args jsonb,
    OUT target_endpoint text,
    OUT target_table text,
    OUT record_path text,
    OUT sqlstate text,
    OUT message text,
    OUT detail jsonb,
    OUT hint text
)
RETURNS record
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    largest CONSTANT integer := 262144;
    known record;
    faults jsonb;
BEGIN
    SELECT t.*
    INTO known
    FROM agent.tools AS t
    INNER JOIN agent.tool_assignments AS a ON a.tool_id = t.tool_id AND a.agent_id = p_agent_id
    WHERE t.tool_name = p_tool;
    IF NOT FOUND THEN
        sqlstate := 'RP503';
        message := format('tool %s is unknown or not assigned to you', left(coalesce(p_tool, 'null'), 100));
        detail := jsonb_build_object('assigned', (
            SELECT jsonb_agg(t.tool_name ORDER BY t.tool_name)
            FROM agent.tool_assignments AS a
            INNER JOIN agent.tools AS t ON t.tool_id = a.tool_id
            WHERE a.agent_id = p_agent_id));
        hint := 'call one of the assigned tools';
        RETURN;
    END IF;
    target_endpoint := known.target_endpoint;
    target_table := known.target_table;
    record_path := known.record_path;

    IF NOT known.is_active OR known.execution_handler <> 'plpgsql_function' THEN
        sqlstate := known.refusal_code;
        message := format('tool %s is not active: %s', p_tool, known.refusal_reason);
        detail := jsonb_build_object('tool', p_tool, 'reason', known.refusal_reason);
        hint := 'do without this tool, or end the task with agent.fail_task and this message';
    ELSIF octet_length(p_args::text) > largest THEN
        sqlstate := 'RP002';
        message := format('$: is larger than %s bytes', largest);
        detail := jsonb_build_object('bytes', octet_length(p_args::text));
        hint := 'send less; refer to records by their ids';
    ELSE
        SELECT jsonb_agg(jsonb_build_object('path', f.path, 'message', f.message))
        INTO faults
        FROM (SELECT * FROM agent.validate_args(known.input_schema, p_args) LIMIT 10) AS f;
        IF faults IS NOT NULL THEN
            sqlstate := 'RP010';
            message := format('%s: %s', faults #>> '{0,path}', faults #>> '{0,message}');
            detail := jsonb_build_object('tool', p_tool, 'faults', faults);
            hint := format('correct the arguments to fit the input_schema of %s in erp_mcp_tools', p_tool);
        END IF;
    END IF;
END
$function$;
COMMENT ON FUNCTION agent.admit_call(bigint, text, jsonb) IS
'Whether an agent may call a tool with these arguments: its handler, or the refusal (RP503 not assigned, RP510 inactive, RP002 too large, RP010 malformed).';
ALTER FUNCTION agent.admit_call(bigint, text, jsonb) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.admit_call(bigint, text, jsonb) FROM PUBLIC;
