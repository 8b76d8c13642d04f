CREATE OR REPLACE FUNCTION erp.status()
RETURNS TABLE (area text, item text, value text)
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
    (
        SELECT 'queue', concat_ws(' ', coalesce(t.target_agent, 'unrouted'), t.status), count(*)::text
        FROM agent.task_events AS t
        GROUP BY t.target_agent, t.status
        ORDER BY t.target_agent, t.status
    )
    UNION ALL
    (
        SELECT 'queue', t.target_agent || ' oldest due',
            date_trunc('second', erp.now() - min(t.run_at))::text
        FROM agent.task_events AS t
        WHERE t.status = 'pending'
        AND t.run_at <= erp.now()
        GROUP BY t.target_agent
        ORDER BY t.target_agent
    )
    UNION ALL
    (
        SELECT 'workers', a.role_name || ' connections', count(s.pid)::text
        FROM agent.agents AS a
        LEFT JOIN pg_stat_activity AS s ON s.usename = a.database_role AND s.datname = current_database()
        GROUP BY a.role_name
        ORDER BY a.role_name
    )
    UNION ALL
    (
        SELECT 'agents', a.role_name, a.operational_status
        FROM agent.agents AS a
        WHERE a.operational_status <> 'active'
        ORDER BY a.role_name
    )
    UNION ALL
    SELECT 'inbox', 'waiting for a person', count(*)::text
    FROM erp.inbox
    UNION ALL
    SELECT 'orders', 'held', count(*)::text
    FROM erp.sales_orders
    WHERE hold_reason IS NOT NULL
    UNION ALL
    (
        SELECT 'last refusals', concat_ws(' ', to_char(l.created_at, 'YYYY-MM-DD HH24:MI:SS'), l.actor, l.action_type, l.record_id),
            concat_ws(' ', l.sqlstate, l.reason)
        FROM agent.authorization_logs AS l
        WHERE NOT l.was_authorized
        ORDER BY l.created_at DESC
        LIMIT 10
    )
$function$;
COMMENT ON FUNCTION erp.status() IS
'How things stand, for people: queue by agent and status, age of the oldest due task, workers connected, inbox, held orders, the last refusals.';
ALTER FUNCTION erp.status() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.status() FROM PUBLIC;
