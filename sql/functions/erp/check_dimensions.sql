CREATE OR REPLACE FUNCTION erp.check_dimensions(p_entries jsonb, p_is_reversal boolean)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_fault record;
BEGIN
    SELECT e.ordinality - 1 AS entry_position, fault.dimension, e.entry ->> fault.dimension AS named INTO v_fault
    FROM jsonb_array_elements(p_entries) WITH ORDINALITY AS e (entry, ordinality)
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN e.entry ? 'department'
                AND NOT EXISTS (SELECT FROM erp.departments AS d WHERE d.department_code = e.entry ->> 'department')
                THEN 'department'
            WHEN e.entry ? 'project'
                AND NOT EXISTS (SELECT FROM erp.projects AS p WHERE p.project_code = e.entry ->> 'project' AND (p.is_active OR p_is_reversal))
                THEN 'project'
        END AS dimension
    ) AS fault
    WHERE fault.dimension IS NOT NULL
    ORDER BY e.ordinality
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entries[%]: unknown or inactive %', v_fault.entry_position, v_fault.dimension
            USING ERRCODE = 'RP219', DETAIL = jsonb_build_object(v_fault.dimension, v_fault.named)::text,
            HINT = 'SELECT department_code FROM erp_departments; SELECT project_code FROM erp_projects WHERE is_active';
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.check_dimensions(jsonb, boolean) IS
'Refuses legs whose department or project, named by code, does not exist or is inactive (RP219), naming the first by position; a reversal goes to the project it came from, active or not.';
ALTER FUNCTION erp.check_dimensions(jsonb, boolean) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.check_dimensions(jsonb, boolean) FROM PUBLIC;
