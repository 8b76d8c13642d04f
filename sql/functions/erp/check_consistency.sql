CREATE OR REPLACE FUNCTION erp.check_consistency()
RETURNS TABLE (invariant text, detail text)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_view text;
BEGIN
    FOR v_view IN
        SELECT c.relname
        FROM pg_class AS c
        WHERE c.relnamespace = 'erp'::regnamespace
        AND c.relkind = 'v'
        AND c.relname LIKE 'invariant\_%'
        ORDER BY c.relname
    LOOP
        -- Dynamic because the list of invariants is the list of views: a new file is checked by itself.
        RETURN QUERY EXECUTE format('SELECT %L::text, detail::text FROM erp.%I', substr(v_view, 11), v_view);
    END LOOP;
END
$function$;
COMMENT ON FUNCTION erp.check_consistency() IS
'Runs every invariant of sql/consistency; a row is a fault, no row means that the books are right. Runs as erp_owner, so that it never filters; 42501 for a role without the privilege to call it.';
ALTER FUNCTION erp.check_consistency() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.check_consistency() FROM PUBLIC;
