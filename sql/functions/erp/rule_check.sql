CREATE OR REPLACE FUNCTION erp.rule_check(
    target regclass,
    operation text,
    ast jsonb
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
DECLARE
    fault text;
BEGIN
    IF operation IS NULL OR operation NOT IN ('INSERT', 'UPDATE', 'DELETE', '*') THEN
        RAISE EXCEPTION 'unknown operation %', quote_nullable(operation)
            USING ERRCODE = '22023',
            DETAIL = 'a rule is triggered by INSERT, UPDATE, DELETE or *',
            HINT = 'pass the operation in upper case';
    END IF;
    RETURN QUERY SELECT f.* FROM erp.rule_findings(erp.rule_target(coalesce(target::text, '')), operation, erp.rule_expand(ast), 'require') AS f;
EXCEPTION
    WHEN SQLSTATE 'RP106' THEN
        RETURN QUERY SELECT 'error', '', 'RP106', SQLERRM;
    WHEN SQLSTATE 'RP102' OR SQLSTATE 'RP103' OR SQLSTATE 'RP109' THEN
        GET STACKED DIAGNOSTICS fault = PG_EXCEPTION_DETAIL;
        RETURN QUERY SELECT 'error', fault::jsonb ->> 'path', SQLSTATE, SQLERRM;
END
$function$;
COMMENT ON FUNCTION erp.rule_check(regclass, text, jsonb) IS
'Judges a rule without storing it: errors, warnings and information with the JSON pointer of the node; no error when it is sound.';
ALTER FUNCTION erp.rule_check(regclass, text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_check(regclass, text, jsonb) FROM PUBLIC;
