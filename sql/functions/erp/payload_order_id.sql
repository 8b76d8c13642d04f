CREATE OR REPLACE FUNCTION erp.payload_order_id(payload jsonb)
RETURNS bigint
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_order_id bigint;
BEGIN
    IF jsonb_typeof(payload -> 'sales_order_id') = 'number' AND payload ->> 'sales_order_id' ~ '^[0-9]{1,18}$' THEN
        SELECT sales_order_id INTO v_order_id
        FROM erp.sales_orders
        WHERE sales_order_id = (payload ->> 'sales_order_id')::bigint;
    END IF;
    IF v_order_id IS NULL THEN
        RAISE EXCEPTION 'sales_order_id: no such order'
            USING ERRCODE = 'RP312', DETAIL = jsonb_build_object('path', 'sales_order_id', 'found', payload -> 'sales_order_id')::text,
            HINT = 'SELECT sales_order_id FROM erp_sales_orders';
    END IF;
    RETURN v_order_id;
END
$function$;
COMMENT ON FUNCTION erp.payload_order_id(jsonb) IS
'The order a payload names by sales_order_id; RP312 when there is none.';
ALTER FUNCTION erp.payload_order_id(jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.payload_order_id(jsonb) FROM PUBLIC;
