CREATE OR REPLACE FUNCTION erp.schedule_event(event_type text)
RETURNS bigint
LANGUAGE sql
VOLATILE
STRICT
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $function$
    INSERT INTO public.erp_task_events (event_type, payload, idempotency_key)
    SELECT
        schedule_event.event_type,
        '{}'::jsonb,
        'schedule:' || schedule_event.event_type
    WHERE NOT EXISTS (
        SELECT
        FROM public.erp_task_events AS e
        WHERE e.idempotency_key = 'schedule:' || schedule_event.event_type
            AND e.status IN ('pending', 'processing')
    )
    ON CONFLICT DO NOTHING
    RETURNING event_id
$function$;
COMMENT ON FUNCTION erp.schedule_event(text) IS
'Inserts one event of a type unless the last one scheduled is still open; NULL then. The key is fixed, so a missed or doubled tick is harmless.';
ALTER FUNCTION erp.schedule_event(text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.schedule_event(text) FROM PUBLIC;
