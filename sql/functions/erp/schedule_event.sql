CREATE OR REPLACE FUNCTION erp.schedule_event(event_type text)
RETURNS bigint
LANGUAGE sql
VOLATILE
STRICT
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $function$
    WITH newest AS (
        SELECT
            e.event_id,
            e.status
        FROM public.erp_task_events AS e
        WHERE e.event_type = schedule_event.event_type
            AND e.idempotency_key LIKE 'schedule:%'
        ORDER BY e.event_id DESC
        LIMIT 1
    )
    INSERT INTO public.erp_task_events (event_type, payload, idempotency_key)
    SELECT
        schedule_event.event_type,
        '{}'::jsonb,
        format('schedule:%s:after:%s', schedule_event.event_type, coalesce((SELECT event_id FROM newest), 0))
    WHERE NOT EXISTS (
        SELECT
        FROM newest
        WHERE status IN ('pending', 'processing')
    )
    ON CONFLICT DO NOTHING
    RETURNING event_id
$function$;
COMMENT ON FUNCTION erp.schedule_event(text) IS
'Inserts one event of a type unless the last one scheduled is still open; NULL then. The key names its predecessor, so a missed or doubled tick is harmless.';
ALTER FUNCTION erp.schedule_event(text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.schedule_event(text) FROM PUBLIC;
