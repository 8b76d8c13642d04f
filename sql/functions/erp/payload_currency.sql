CREATE OR REPLACE FUNCTION erp.payload_currency(payload jsonb)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF payload ? 'currency' AND NOT EXISTS (SELECT FROM erp.currencies WHERE currency_code = payload ->> 'currency') THEN
        RAISE EXCEPTION 'currency: unknown currency'
            USING ERRCODE = 'RP010', DETAIL = jsonb_build_object('path', 'currency')::text, HINT = 'use an ISO 4217 code of erp.currencies';
    END IF;
    RETURN payload ->> 'currency';
END
$function$;
COMMENT ON FUNCTION erp.payload_currency(jsonb) IS
'The currency a payload names, NULL when absent; RP010 for an unknown one.';
ALTER FUNCTION erp.payload_currency(jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.payload_currency(jsonb) FROM PUBLIC;
