CREATE OR REPLACE FUNCTION erp.period_takes(p_period_id bigint, p_status text, p_closed_areas text[], p_area text)
RETURNS boolean
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF p_status = 'open' AND p_area <> ALL (p_closed_areas) THEN
        RETURN true;
    ELSIF p_status = 'closed' THEN
        RETURN false;
    END IF;
    RETURN EXISTS (
        SELECT
        FROM erp.period_exceptions AS x
        WHERE x.period_id = p_period_id
        AND x.role_name = session_user
        AND COALESCE(x.area, p_area) = p_area
        AND x.expires_at > clock_timestamp());
END
$function$;
COMMENT ON FUNCTION erp.period_takes(bigint, text, text[], text) IS
'Whether the session''s role may date something of an area into a period: it is open to all, or soft-closed and the role has an exception.';
ALTER FUNCTION erp.period_takes(bigint, text, text[], text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.period_takes(bigint, text, text[], text) FROM PUBLIC;
