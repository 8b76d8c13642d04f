CREATE OR REPLACE FUNCTION agent.touch()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION agent.touch() IS 'BEFORE UPDATE: stamps updated_at.';
ALTER FUNCTION agent.touch() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION agent.touch() FROM PUBLIC;
