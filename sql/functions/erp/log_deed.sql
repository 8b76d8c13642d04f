CREATE OR REPLACE FUNCTION erp.log_deed(p_deed text, p_table text, p_record text, p_reason text, p_detail jsonb)
RETURNS void
LANGUAGE sql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
    INSERT INTO agent.authorization_logs (agent_id, action_type, target_table, record_id, was_authorized, reason, detail)
    VALUES (
        (SELECT g.agent_id FROM agent.agents AS g WHERE g.database_role = session_user), p_deed, p_table, p_record, true, p_reason, p_detail)
$function$;
COMMENT ON FUNCTION erp.log_deed(text, text, text, text, jsonb) IS
'Writes a deed about the books themselves, with its reason, into the authorization log.';
ALTER FUNCTION erp.log_deed(text, text, text, text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.log_deed(text, text, text, text, jsonb) FROM PUBLIC;
