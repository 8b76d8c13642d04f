CREATE OR REPLACE FUNCTION erp.resolve_customer(payload jsonb)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_customer_id bigint;
    v_email text := payload ->> 'customer_email';
    v_name text := payload ->> 'customer_name';
    v_path text;
BEGIN
    IF jsonb_typeof(payload) IS DISTINCT FROM 'object' THEN
        RAISE EXCEPTION '$: an object is needed'
            USING ERRCODE = 'RP010', DETAIL = jsonb_build_object('path', '$')::text, HINT = 'correct the payload';
    END IF;
    SELECT key INTO v_path
    FROM jsonb_each(payload)
    WHERE key IN ('customer_code', 'customer_email', 'customer_name')
    AND jsonb_typeof(value) <> 'string'
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '%: a text is needed', v_path
            USING ERRCODE = 'RP010', DETAIL = jsonb_build_object('path', v_path)::text, HINT = 'correct the payload';
    END IF;
    IF payload ? 'customer_id' THEN
        IF jsonb_typeof(payload -> 'customer_id') = 'number' AND payload ->> 'customer_id' ~ '^[0-9]{1,18}$' THEN
            SELECT customer_id INTO v_customer_id FROM erp.customers WHERE customer_id = (payload ->> 'customer_id')::bigint;
        END IF;
        v_path := 'customer_id';
    ELSIF payload ? 'customer_code' THEN
        SELECT customer_id INTO v_customer_id FROM erp.customers WHERE customer_code = payload ->> 'customer_code';
        v_path := 'customer_code';
    ELSIF v_email IS NOT NULL THEN
        IF v_email !~ '^[^@\s<>]{1,64}@[^@\s<>]{1,255}$' THEN
            RAISE EXCEPTION 'customer_email: not an e-mail address'
                USING ERRCODE = 'RP010', DETAIL = jsonb_build_object('path', 'customer_email')::text, HINT = 'correct the address';
        END IF;
        -- Somebody unknown becomes a prospect without credit; the unique address makes two events agree on one.
        INSERT INTO erp.customers (customer_name, contact_email, account_status, is_prospect)
        SELECT left(COALESCE(NULLIF(btrim(v_name), ''), v_email), 200), lower(v_email), 'on_hold', true
        WHERE NOT EXISTS (SELECT FROM erp.customers WHERE lower(contact_email) = lower(v_email))
        ON CONFLICT (lower(contact_email)) DO NOTHING;
        SELECT customer_id INTO v_customer_id FROM erp.customers WHERE lower(contact_email) = lower(v_email);
    ELSIF v_name IS NOT NULL THEN
        SELECT min(customer_id) INTO v_customer_id FROM erp.customers WHERE customer_name = v_name HAVING count(*) = 1;
        v_path := 'customer_name';
    ELSE
        v_path := 'customer_email';
    END IF;
    IF v_customer_id IS NULL THEN
        RAISE EXCEPTION '%: %', v_path, CASE WHEN payload ? v_path THEN 'no such customer' ELSE 'a customer is needed' END
            USING ERRCODE = 'RP010', DETAIL = jsonb_build_object('path', v_path)::text,
            HINT = 'name the customer by customer_id, customer_code, customer_email or an unambiguous customer_name';
    END IF;
    RETURN v_customer_id;
END
$function$;
COMMENT ON FUNCTION erp.resolve_customer(jsonb) IS
'The customer an event names, by id, code, e-mail or unambiguous name. An unknown e-mail becomes a prospect: limit 0, on hold. RP010 otherwise.';
ALTER FUNCTION erp.resolve_customer(jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.resolve_customer(jsonb) FROM PUBLIC;
