CREATE OR REPLACE FUNCTION agent.claim_task(batch integer DEFAULT 1, lease interval DEFAULT '30 seconds')
RETURNS TABLE (
    event_id bigint,
    lease_token bigint,
    attempts integer,
    event_type text,
    subject_key text,
    payload jsonb,
    idempotency_key text
)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- One plan, by the claim index in its order: a LIMIT unknown to the planner or stale statistics of a fast-moving table
-- would talk it into reading and sorting the whole queue. JIT would answer the switched-off paths' costs.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_sort = off
SET jit = off
AS $function$
#variable_conflict use_column
DECLARE
    me record;
    moment CONSTANT timestamptz := erp.now();
    claimed bigint[];
BEGIN
    SELECT * INTO me FROM agent.session_agent();
    IF me.operational_status <> 'active' THEN
        RAISE EXCEPTION 'agent % is %', me.role_name, me.operational_status
            USING ERRCODE = 'RP501',
                DETAIL = 'only an active agent claims tasks',
                HINT = 'a person may set operational_status back to active in erp_agents';
    END IF;
    IF batch IS NULL OR batch NOT BETWEEN 1 AND 1000 OR lease IS NULL OR lease <= interval '0' OR lease > interval '1 day' THEN
        RAISE EXCEPTION 'batch or lease is out of range'
            USING ERRCODE = '22023',
                DETAIL = format('batch %s, lease %s', coalesce(batch::text, 'null'), coalesce(lease::text, 'null')),
                HINT = 'batch is 1 to 1000, lease more than 0 and at most 1 day';
    END IF;

    FOR round IN 1..3 LOOP
        BEGIN
            WITH leased AS (
                UPDATE agent.task_events AS t
                SET status = 'processing',
                    attempts = t.attempts + 1,
                    lease_token = t.lease_token + 1,
                    lease_until = clock_timestamp() + lease,
                    claimed_by_pid = pg_backend_pid(),
                    claimed_at = clock_timestamp()
                WHERE t.event_id = ANY (ARRAY(
                    SELECT c.event_id
                    FROM agent.task_events AS c
                    WHERE c.target_agent = me.role_name
                    AND c.status = 'pending'
                    AND c.run_at <= moment
                    -- Order of arrival per subject: not while a sibling is in flight, nor before an earlier one that
                    -- is due or being retried. A sibling that merely has a later date holds nobody up. Two probes,
                    -- not one with OR: each is a range of its own index, however many siblings there are.
                    AND (
                        c.subject_key IS NULL
                        OR (
                            NOT EXISTS (
                                SELECT
                                FROM agent.task_events AS o
                                WHERE o.subject_key = c.subject_key
                                AND o.status = 'processing'
                            )
                            AND NOT EXISTS (
                                SELECT
                                FROM agent.task_events AS o
                                WHERE o.subject_key = c.subject_key
                                AND o.event_id < c.event_id
                                AND o.status IN ('pending', 'processing')
                                AND (o.attempts > 0 OR o.run_at <= moment)
                            )
                        )
                    )
                    ORDER BY c.sort_at, c.event_id
                    LIMIT batch
                    FOR UPDATE OF c SKIP LOCKED
                ))
                RETURNING t.event_id
            )
            SELECT array_agg(event_id) INTO claimed FROM leased;
            EXIT WHEN claimed IS NOT NULL OR round > 1 OR agent.reap_expired_leases() = 0;
        EXCEPTION
            -- Two workers met at one subject (a sibling was committed late or requeued): look again.
            WHEN unique_violation THEN
                NULL;
        END;
    END LOOP;
    -- Not RETURN QUERY of the UPDATE: rows it has already handed out would survive the handler above.
    RETURN QUERY
    SELECT t.event_id, t.lease_token, t.attempts, t.event_type, t.subject_key, t.payload, t.idempotency_key
    FROM agent.task_events AS t
    WHERE t.event_id = ANY (claimed)
    ORDER BY t.sort_at, t.event_id;
END
$function$;
COMMENT ON FUNCTION agent.claim_task(integer, interval) IS
'Leases up to batch due tasks of the calling agent, oldest place first, at most one per subject; locks with SKIP LOCKED. Finding none, it reaps expired leases and looks once more.';
ALTER FUNCTION agent.claim_task(integer, interval) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.claim_task(integer, interval) FROM PUBLIC;
