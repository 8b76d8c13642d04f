CREATE OR REPLACE FUNCTION agent.skill_changed()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION agent.skill_changed() IS 'BEFORE UPDATE: counts the version of a procedure whose content changes.';
ALTER FUNCTION agent.skill_changed() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION agent.skill_changed() FROM PUBLIC;
