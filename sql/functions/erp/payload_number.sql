CREATE OR REPLACE FUNCTION erp.payload_number(payload jsonb, path text, least_value numeric, largest_value numeric)
RETURNS numeric
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF COALESCE(jsonb_typeof(payload -> path), 'null') NOT IN ('number', 'null')
        OR (payload ->> path)::numeric NOT BETWEEN least_value AND largest_value
    THEN
        RAISE EXCEPTION '%: a number between % and % is needed', path, least_value, largest_value
            USING ERRCODE = 'RP010', DETAIL = jsonb_build_object('path', path)::text, HINT = 'correct the number';
    END IF;
    RETURN (payload ->> path)::numeric;
END
$function$;
COMMENT ON FUNCTION erp.payload_number(jsonb, text, numeric, numeric) IS
'A number out of a payload, NULL when absent; RP010 with the path when it is none or out of bounds.';
ALTER FUNCTION erp.payload_number(jsonb, text, numeric, numeric) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.payload_number(jsonb, text, numeric, numeric) FROM PUBLIC;
