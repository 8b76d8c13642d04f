-- An update of nothing: erp.constraints_check sees that the rule compiles to something else now, and judges it anew.
CREATE OR REPLACE FUNCTION erp.rule_touch_dependents(rule_name text)
RETURNS void
LANGUAGE sql
VOLATILE
STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
    UPDATE agent.constraints AS c
    SET updated_at = c.updated_at
    FROM erp.rule_dependents(rule_touch_dependents.rule_name) AS d
    WHERE c.constraint_id = d.constraint_id
$function$;
COMMENT ON FUNCTION erp.rule_touch_dependents(text) IS
'Replaces, checks and versions anew every rule that refers to this one, directly or not.';
ALTER FUNCTION erp.rule_touch_dependents(text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_touch_dependents(text) FROM PUBLIC;
