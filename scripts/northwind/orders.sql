-- Every order as an event, day by day: authority is judged per customer within 24 hours, so the business clock goes along.
-- Each day the clock is set, the day's events go in, the workers empty the queue, and erp_operator approves what waits.
SET client_min_messages = notice;
CREATE TEMP TABLE n_events AS
SELECT
    o.order_id, o.order_date, 'northwind:' || o.order_id AS idempotency_key,
    jsonb_build_object(
        'customer_code', o.customer_id, 'reference', o.order_id::text, 'order_date', o.order_date, 'delivery_date', o.order_date,
        'required_delivery_date', greatest(o.required_date, o.order_date),
        'shipping_address', concat_ws(', ', o.ship_name, o.ship_address, o.ship_city, o.ship_region, o.ship_postal_code),
        'ship_to_country', c.country_code,
        'lines', (
            SELECT jsonb_agg(
                jsonb_build_object(
                    'sku', l.sku, 'quantity', l.quantity, 'unit_price', l.unit_price, 'discount_percent', l.discount_percent)
                ORDER BY l.product_id)
            FROM n_lines AS l
            WHERE l.order_id = o.order_id
        )) AS payload
FROM n_orders AS o
JOIN n_countries AS c ON c.country = o.ship_country;

CREATE PROCEDURE pg_temp.drain(p_seconds integer)
LANGUAGE plpgsql
AS $procedure$
DECLARE
    v_deadline timestamptz := clock_timestamp() + make_interval(secs => p_seconds);
    v_open bigint;
BEGIN
    LOOP
        SELECT count(*) INTO v_open
        FROM agent.task_events
        WHERE status IN ('pending', 'processing')
        AND target_agent IN ('sales_agent', 'finance_agent');
        COMMIT;
        EXIT WHEN v_open = 0;
        IF clock_timestamp() > v_deadline THEN
            RAISE EXCEPTION '% events are still open after % s', v_open, p_seconds
                USING ERRCODE = 'RP009', DETAIL = 'the workers do not empty the queue', HINT = 'make status, and the workers'' logs';
        END IF;
        PERFORM pg_sleep(0.002);
    END LOOP;
END
$procedure$;

CREATE PROCEDURE pg_temp.feed()
LANGUAGE plpgsql
AS $procedure$
DECLARE
    v_day record;
    v_item bigint;
    v_done bigint := 0;
    v_count bigint := (SELECT count(DISTINCT order_date) FROM n_events);
BEGIN
    -- A second run goes on where the first one ended.
    FOR v_day IN
        SELECT
            e.order_date, row_number() OVER (ORDER BY e.order_date) AS day_number,
            jsonb_agg(jsonb_build_object('key', e.idempotency_key, 'payload', e.payload) ORDER BY e.order_id) AS events
        FROM n_events AS e
        WHERE NOT EXISTS (
            SELECT
            FROM erp.invoices AS i
            JOIN erp.sales_orders AS o USING (sales_order_id)
            WHERE o.customer_reference = e.order_id::text)
        GROUP BY e.order_date
    LOOP
        -- Nine o'clock, each day a few seconds later, so that yesterday's morning is more than 24 hours ago.
        SET ROLE erp_clock;
        UPDATE erp.clock
        SET clock_offset = (v_day.order_date + time '09:00') AT TIME ZONE 'America/Los_Angeles'
            + make_interval(secs => 10 * v_day.day_number) - clock_timestamp();
        RESET ROLE;
        SET SESSION AUTHORIZATION erp_operator;
        INSERT INTO public.erp_task_events (event_type, idempotency_key, payload)
        SELECT 'ORDER_NEGOTIATION', e.event ->> 'key', e.event -> 'payload'
        FROM jsonb_array_elements(v_day.events) AS e (event)
        ON CONFLICT DO NOTHING;
        RESET SESSION AUTHORIZATION;
        COMMIT;
        CALL pg_temp.drain(60);
        FOR v_item IN
            SELECT approval_id
            FROM agent.approvals
            WHERE status = 'pending'
            AND kind = 'sales_order'
            ORDER BY approval_id
        LOOP
            SET SESSION AUTHORIZATION erp_operator;
            PERFORM erp.approve(v_item, 'checked against the customer''s order');
            RESET SESSION AUTHORIZATION;
            COMMIT;
            CALL pg_temp.drain(60);
        END LOOP;
        v_done := v_done + 1;
        IF v_done % 60 = 0 THEN
            RAISE NOTICE '% (% of % days)', v_day.order_date, v_day.day_number, v_count;
        END IF;
    END LOOP;
    SET ROLE erp_clock;
    UPDATE erp.clock SET clock_offset = '0';
    RESET ROLE;
END
$procedure$;
CALL pg_temp.feed();
