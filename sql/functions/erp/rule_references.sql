-- jsonb prints in one way, and a quote inside a string is escaped: so the text of a reference is found nowhere else.
CREATE OR REPLACE FUNCTION erp.rule_references(ast jsonb)
RETURNS TABLE (rule_name text)
LANGUAGE sql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
    WITH RECURSIVE named AS (
        SELECT found[1] AS rule_name
        FROM regexp_matches(ast::text, '\{"rule_ref": "([^"\\]*)"\}', 'g') AS found
        UNION
        SELECT found[1]
        FROM named
        JOIN agent.constraints AS c USING (rule_name)
        CROSS JOIN LATERAL regexp_matches(c.logic_ast::text, '\{"rule_ref": "([^"\\]*)"\}', 'g') AS found
    )
    SELECT rule_name
    FROM named
$function$;
COMMENT ON FUNCTION erp.rule_references(jsonb) IS
'The names of the rules that a condition refers to by rule_ref, and of those that these refer to.';
ALTER FUNCTION erp.rule_references(jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_references(jsonb) FROM PUBLIC;
