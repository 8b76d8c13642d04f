CREATE OR REPLACE FUNCTION erp.actor()
RETURNS jsonb
LANGUAGE plpgsql
STABLE
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN (
        SELECT COALESCE(
            (
                SELECT jsonb_build_object(
                    'kind', 'agent',
                    'id', agent_id,
                    'role_name', role_name,
                    'display_name', display_name,
                    'financial_authority_limit', CASE WHEN operational_status IN ('active', 'sleeping') THEN financial_authority_limit ELSE 0 END,
                    'operational_status', operational_status)
                FROM agent.agents
                WHERE database_role = session_user
            ),
            (
                SELECT jsonb_build_object(
                    'kind', 'person',
                    'id', person_id,
                    'role_name', database_role,
                    'display_name', full_name,
                    'financial_authority_limit', CASE WHEN is_active THEN approval_limit ELSE 0 END,
                    'operational_status', CASE WHEN is_active THEN 'active' ELSE 'suspended' END)
                FROM erp.people
                WHERE database_role = session_user
            ),
            (
                SELECT jsonb_build_object('kind', 'break_glass', 'role_name', role_name, 'reason', reason)
                FROM erp.break_glass_grants
                WHERE role_name = session_user
                AND expires_at > clock_timestamp()
                ORDER BY expires_at DESC
                LIMIT 1
            )));
END
$function$;
COMMENT ON FUNCTION erp.actor() IS
'Who acts: the agent or person whose database role is session_user, or an open break-glass grant; NULL for anybody else. Who is suspended commits nothing: the limit is 0. No setting can forge it.';
ALTER FUNCTION erp.actor() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.actor() FROM PUBLIC;
