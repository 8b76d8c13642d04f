-- Events at a rate. The moment just before an INSERT travels in the event's key, so that measuring writes nothing of its own.
CREATE OR REPLACE PROCEDURE bench.feed(p_run text, p_type text, p_rate numeric, p_count integer)
LANGUAGE plpgsql
AS $procedure$
DECLARE
    v_start timestamptz := clock_timestamp();
    v_due double precision;
BEGIN
    FOR n IN 1..p_count LOOP
        v_due := extract(EPOCH FROM v_start + make_interval(secs => n / p_rate) - clock_timestamp());
        IF v_due > 0 THEN
            PERFORM pg_sleep(v_due);
        END IF;
        INSERT INTO agent.task_events (event_type, payload, idempotency_key)
        VALUES (p_type, bench.payload(p_type, n), format('%s:%s:%s', p_run, n, extract(EPOCH FROM clock_timestamp())));
        COMMIT;
    END LOOP;
END
$procedure$;

-- Small orders: one to three lines, customers and products in turn.
CREATE OR REPLACE FUNCTION bench.payload(p_type text, p_n integer)
RETURNS jsonb
LANGUAGE sql
AS $function$
    SELECT CASE p_type
        WHEN 'CREDIT_REVIEW' THEN jsonb_build_object('customer_id', (SELECT c.customer_id FROM erp.customers AS c WHERE c.customer_code = k.code))
        ELSE jsonb_build_object('customer_code', k.code, 'lines', (
            SELECT jsonb_agg(jsonb_build_object('sku', 'BENCH-' || lpad((1 + (p_n * 3 + l) % 40)::text, 2, '0'), 'quantity', 1 + l))
            FROM generate_series(0, p_n % 3) AS l))
    END
    FROM (SELECT 'B-' || lpad((1 + p_n % 200)::text, 3, '0') AS code) AS k
$function$;

CREATE OR REPLACE PROCEDURE bench.drain(p_seconds integer)
LANGUAGE plpgsql
AS $procedure$
DECLARE
    v_deadline timestamptz := clock_timestamp() + make_interval(secs => p_seconds);
BEGIN
    WHILE EXISTS (SELECT FROM agent.task_events WHERE status IN ('pending', 'processing')) LOOP
        COMMIT;
        IF clock_timestamp() > v_deadline THEN
            RAISE EXCEPTION 'the workers did not empty the queue within % s', p_seconds;
        END IF;
        PERFORM pg_sleep(0.05);
    END LOOP;
END
$procedure$;

-- From just before the INSERT to the claim.
CREATE OR REPLACE VIEW bench.dispatched AS
SELECT split_part(idempotency_key, ':', 1) AS run, 1000 * (extract(EPOCH FROM claimed_at) - split_part(idempotency_key, ':', 3)::numeric) AS ms
FROM agent.task_events
WHERE idempotency_key ~ '^[a-z0-9_]+:[0-9]+:[0-9.]+$'
AND status = 'completed';

-- From just before the INSERT to the commit of the invoice (track_commit_timestamp is on).
CREATE OR REPLACE VIEW bench.invoiced AS
SELECT
    split_part(e.idempotency_key, ':', 1) AS run,
    pg_xact_commit_timestamp(i.xmin) AS committed_at,
    1000 * (extract(EPOCH FROM pg_xact_commit_timestamp(i.xmin)) - split_part(e.idempotency_key, ':', 3)::numeric) AS ms
FROM agent.task_events AS e
JOIN erp.invoices AS i ON i.sales_order_id = (e.result ->> 'sales_order_id')::bigint
WHERE e.event_type = 'ORDER_NEGOTIATION'
AND e.idempotency_key ~ '^[a-z0-9_]+:[0-9]+:[0-9.]+$';
