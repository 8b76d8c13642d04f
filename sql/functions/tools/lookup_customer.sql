CREATE OR REPLACE FUNCTION agent.tool_lookup_customer(args jsonb, context jsonb)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT jsonb_build_object('customers', coalesce(jsonb_agg(to_jsonb(c) ORDER BY c.customer_id), '[]'))
    FROM (
        SELECT
            customer_id, customer_name, company_name, contact_email, customer_tier, account_status, is_prospect,
            maximum_credit_limit, current_balance, credit_exposure
        FROM erp.customers
        WHERE (args ? 'customer_id' OR args ? 'customer_email' OR args ? 'customer_name')
        AND (NOT args ? 'customer_id' OR customer_id = (args ->> 'customer_id')::bigint)
        AND (NOT args ? 'customer_email' OR lower(contact_email) = lower(args ->> 'customer_email'))
        AND (
            NOT args ? 'customer_name'
            OR strpos(lower(concat_ws(' ', customer_name, company_name)), lower(args ->> 'customer_name')) > 0
        )
        ORDER BY customer_id
        LIMIT 20
    ) AS c
$function$;
COMMENT ON FUNCTION agent.tool_lookup_customer(jsonb, jsonb) IS
'Tool: customers by id, e-mail or part of the name, with tier, status and credit, at most 20.';
ALTER FUNCTION agent.tool_lookup_customer(jsonb, jsonb) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.tool_lookup_customer(jsonb, jsonb) FROM PUBLIC;
