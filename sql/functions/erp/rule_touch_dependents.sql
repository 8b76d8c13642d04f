-- An update of nothing: erp.constraints_check sees that a rule compiles to something else now, and judges it anew.
CREATE OR REPLACE FUNCTION erp.rule_touch_dependents(names text[])
RETURNS void
LANGUAGE plpgsql
VOLATILE
STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    -- once through all that refer to any rule, whatever the number of names; LIKE is the predicate of their index
    UPDATE agent.constraints AS c
    SET updated_at = c.updated_at
    WHERE c.logic_ast::text LIKE '%{"rule\_ref": "%'
    AND EXISTS (
        SELECT
        FROM erp.rule_references(c.logic_ast) AS r
        WHERE r.rule_name = ANY (names)
        AND r.rule_name IS DISTINCT FROM c.rule_name
    );
END
$function$;
COMMENT ON FUNCTION erp.rule_touch_dependents(text[]) IS
'Replaces, checks and versions anew every rule that refers to one of these, directly or not.';
ALTER FUNCTION erp.rule_touch_dependents(text[]) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_touch_dependents(text[]) FROM PUBLIC;
