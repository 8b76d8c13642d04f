CREATE OR REPLACE FUNCTION erp.sop_number(p_skill_name text, p_parameter text)
RETURNS numeric
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_value numeric;
BEGIN
    SELECT (parameters ->> p_parameter)::numeric INTO v_value
    FROM agent.agent_skills
    WHERE skill_name = p_skill_name
    ORDER BY skill_id
    LIMIT 1;
    IF v_value IS NULL THEN
        RAISE EXCEPTION 'SOP % has no parameter %', p_skill_name, p_parameter
            USING ERRCODE = 'RP901',
            DETAIL = jsonb_build_object('skill_name', p_skill_name, 'parameter', p_parameter)::text,
            HINT = 'restore the row of agent.agent_skills (sql/seed/skills.sql); without it nothing is released';
    END IF;
    RETURN v_value;
END
$function$;
COMMENT ON FUNCTION erp.sop_number(text, text) IS
'A number out of a standard operating procedure''s parameters; a missing one stops what depends on it (RP901) instead of passing it.';
ALTER FUNCTION erp.sop_number(text, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.sop_number(text, text) FROM PUBLIC;
