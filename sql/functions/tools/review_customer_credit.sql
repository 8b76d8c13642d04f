CREATE OR REPLACE FUNCTION agent.tool_review_customer_credit(args jsonb, context jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_customer_id bigint := erp.resolve_customer(args - 'customer_email' - 'customer_name');
    v_queued bigint := erp.requeue_held_orders('credit_review', (context ->> 'task_id')::bigint, v_customer_id, NULL);
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'customer_id', c.customer_id, 'credit_exposure', c.credit_exposure, 'maximum_credit_limit', c.maximum_credit_limit,
            'available', c.maximum_credit_limit - c.credit_exposure, 'orders_queued_again', v_queued)
        FROM erp.customers AS c
        WHERE c.customer_id = v_customer_id);
END
$function$;
COMMENT ON FUNCTION agent.tool_review_customer_credit(jsonb, jsonb) IS
'Tool: looks at a customer''s exposure and limit and queues the held orders again, once per review.';
ALTER FUNCTION agent.tool_review_customer_credit(jsonb, jsonb) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.tool_review_customer_credit(jsonb, jsonb) FROM PUBLIC;
