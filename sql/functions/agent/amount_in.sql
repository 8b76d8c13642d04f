CREATE OR REPLACE FUNCTION agent.amount_in(p_facts jsonb)
RETURNS numeric
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN (
        SELECT (f.value #>> '{}')::numeric
        FROM (VALUES (p_facts), (p_facts -> 'values')) AS source (facts)
        CROSS JOIN LATERAL jsonb_each(CASE jsonb_typeof(source.facts) WHEN 'object' THEN source.facts ELSE '{}' END) AS f
        CROSS JOIN LATERAL array_position(
            ARRAY['financial_amount', 'amount', 'total_invoice_value', 'gross_amount', 'total_order_value'],
            regexp_replace(f.key, '^.*\.', '')) AS preference
        WHERE preference IS NOT NULL
        AND f.value #>> '{}' ~ '^-?[0-9]{1,15}(\.[0-9]{1,20})?$'
        ORDER BY preference
        LIMIT 1);
END
$function$;
COMMENT ON FUNCTION agent.amount_in(jsonb) IS
'The amount at stake in a tool''s result or a refusal''s facts, for the authorization log; NULL when none is named.';
ALTER FUNCTION agent.amount_in(jsonb) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.amount_in(jsonb) FROM PUBLIC;
