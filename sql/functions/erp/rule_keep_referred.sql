CREATE OR REPLACE FUNCTION erp.rule_keep_referred(
    rule_name text,
    operation text,
    is_gone boolean
)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    dependents CONSTANT text[] := ARRAY(SELECT d.label FROM erp.rule_dependents(rule_name) AS d WHERE d.in_force);
BEGIN
    IF dependents = '{}' THEN
        RETURN;
    END IF;
    IF NOT is_gone THEN
        RAISE WARNING 'rule "%" is off, but its condition still counts in %', rule_name, array_to_string(dependents, ', ');
        RETURN;
    END IF;
    RAISE EXCEPTION '% by rule_ref to rule "%"',
        array_to_string(dependents, ', ') || CASE cardinality(dependents) WHEN 1 THEN ' refers' ELSE ' refer' END, rule_name
        USING ERRCODE = 'RP102',
        DETAIL = jsonb_build_object('rule', rule_name, 'operation', operation, 'dependents', dependents)::text,
        HINT = CASE operation
            WHEN 'DELETE' THEN 'switch this rule off instead (is_active = false), or first change or switch off those that refer to it'
            ELSE 'store it under the new name beside this one, let the others refer to that, then delete this one'
        END,
        CONSTRAINT = rule_name,
        TABLE = 'constraints',
        SCHEMA = 'agent';
END
$function$;
COMMENT ON FUNCTION erp.rule_keep_referred(text, text, boolean) IS
'Refuses (RP102) that a rule goes or loses its name while rules in force refer to it, and names them; of one that is switched off it warns.';
ALTER FUNCTION erp.rule_keep_referred(text, text, boolean) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_keep_referred(text, text, boolean) FROM PUBLIC;
