CREATE OR REPLACE FUNCTION agent.forget_refusals(p_task_id bigint)
RETURNS void
LANGUAGE sql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
    UPDATE agent.tool_calls
    SET forgotten_at = clock_timestamp()
    WHERE task_id = p_task_id
    AND NOT ok
    AND forgotten_at IS NULL
$function$;
COMMENT ON FUNCTION agent.forget_refusals(bigint) IS
'Lets the refused steps of a task be tried again in its next attempt; steps that had their effect stay answered.';
ALTER FUNCTION agent.forget_refusals(bigint) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.forget_refusals(bigint) FROM PUBLIC;
