CREATE OR REPLACE FUNCTION agent.task_notify()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    PERFORM pg_notify('erp_task_' || target_agent, '')
    FROM new_rows
    WHERE status = 'pending'
    GROUP BY target_agent;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION agent.task_notify() IS
'AFTER INSERT on the queue, once per statement: wakes each agent that has new work. A hint only; workers also poll.';
ALTER FUNCTION agent.task_notify() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION agent.task_notify() FROM PUBLIC;
