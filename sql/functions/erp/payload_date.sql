CREATE OR REPLACE FUNCTION erp.payload_date(payload jsonb, path text)
RETURNS date
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF jsonb_typeof(payload -> path) IS DISTINCT FROM 'string' AND COALESCE(jsonb_typeof(payload -> path), 'null') <> 'null'
        OR payload ->> path !~ '^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$'
    THEN
        RAISE EXCEPTION '%: a date YYYY-MM-DD between 1900 and 2199 is needed', path
            USING ERRCODE = 'RP010', DETAIL = jsonb_build_object('path', path, 'found', payload -> path)::text, HINT = 'correct the date';
    END IF;
    BEGIN
        RETURN (payload ->> path)::date;
    EXCEPTION WHEN datetime_field_overflow OR invalid_datetime_format THEN
        RAISE EXCEPTION '%: no such day', path
            USING ERRCODE = 'RP010', DETAIL = jsonb_build_object('path', path, 'found', payload -> path)::text, HINT = 'correct the date';
    END;
END
$function$;
COMMENT ON FUNCTION erp.payload_date(jsonb, text) IS
'An ISO date out of a payload, NULL when absent; RP010 with the path when it is none.';
ALTER FUNCTION erp.payload_date(jsonb, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.payload_date(jsonb, text) FROM PUBLIC;
