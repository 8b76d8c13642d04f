CREATE OR REPLACE FUNCTION erp.payload_country(payload jsonb)
RETURNS text
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF payload ? 'ship_to_country' AND COALESCE(payload ->> 'ship_to_country', '') !~ '^[A-Z]{2}$' THEN
        RAISE EXCEPTION 'ship_to_country: an ISO 3166 code of two letters is needed'
            USING ERRCODE = 'RP010', DETAIL = jsonb_build_object('path', 'ship_to_country')::text, HINT = 'correct the country';
    END IF;
    RETURN payload ->> 'ship_to_country';
END
$function$;
COMMENT ON FUNCTION erp.payload_country(jsonb) IS
'The country of delivery a payload names, NULL when absent; RP010 for a malformed one.';
ALTER FUNCTION erp.payload_country(jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.payload_country(jsonb) FROM PUBLIC;
