CREATE OR REPLACE FUNCTION erp.rule_findings(
    target regclass,
    operation text,
    ast jsonb,
    polarity text
)
RETURNS TABLE (
    severity text,
    path text,
    code text,
    message text
)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN QUERY SELECT f.* FROM erp.rule_faults(target, operation, ast) AS f;
    IF NOT FOUND THEN
        RETURN QUERY
        SELECT l.*
        FROM erp.rule_lint(target, operation, ast, polarity) AS l
        ORDER BY array_position('{error,warning,info}', l.severity), l.path;
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.rule_findings(regclass, text, jsonb, text) IS
'All that is known to be wrong or suspicious about a rule of that polarity: errors alone, or else warnings and information.';
ALTER FUNCTION erp.rule_findings(regclass, text, jsonb, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_findings(regclass, text, jsonb, text) FROM PUBLIC;
