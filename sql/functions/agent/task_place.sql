CREATE OR REPLACE FUNCTION agent.task_place(p_run_at timestamptz, p_priority integer)
RETURNS timestamptz
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN (
        SELECT greatest(p_run_at, erp.now()) - (least(greatest(p_priority, 1), 10) - 1) * interval '30 seconds');
END
$function$;
COMMENT ON FUNCTION agent.task_place(timestamptz, integer) IS
'Place in the queue as a fixed moment: all tasks age equally, so a point of priority is worth 30 seconds of waiting and nothing starves.';
ALTER FUNCTION agent.task_place(timestamptz, integer) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION agent.task_place(timestamptz, integer) FROM PUBLIC;
