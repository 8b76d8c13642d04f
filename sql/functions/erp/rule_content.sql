-- Two versions of a rule are the same rule when this is equal. Callers print the row in UTC, so that instants compare.
CREATE OR REPLACE FUNCTION erp.rule_content(rule jsonb)
RETURNS jsonb
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT rule - '{constraint_id,target_relation,compiled_ast,version,author,created_at,updated_at}'::text[]
$function$;
COMMENT ON FUNCTION erp.rule_content(jsonb) IS 'What a rule says: its row without identity, bookkeeping and derived columns.';
ALTER FUNCTION erp.rule_content(jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_content(jsonb) FROM PUBLIC;
