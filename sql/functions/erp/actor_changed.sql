-- Sessions keep the rules that bind their actor; which they are follows from who the login is.
CREATE OR REPLACE FUNCTION erp.actor_changed()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    PERFORM erp.rule_cache_invalidate(TG_RELID);
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.actor_changed() IS
'Row trigger after an agent or person came, went or changed role: every session finds out anew which rules bind its login.';
ALTER FUNCTION erp.actor_changed() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.actor_changed() FROM PUBLIC;
