-- The table a rule guards: see erp.rule_find_table().
CREATE OR REPLACE FUNCTION erp.rule_target(target_table text)
RETURNS regclass
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    found record;
BEGIN
    SELECT t.relation, t.reason INTO found
    FROM erp.rule_find_table(target_table) AS t;
    IF found.reason IS NOT NULL THEN
        RAISE EXCEPTION 'no rule can guard "%": %', left(target_table, 128), found.reason
            USING ERRCODE = 'RP106',
            DETAIL = jsonb_build_object('target_table', left(target_table, 128), 'reason', found.reason)::text,
            HINT = 'name an ordinary or partitioned table, schema-qualified unless it is in public, erp or agent, or its erp_* view';
    END IF;
    RETURN found.relation;
END
$function$;
COMMENT ON FUNCTION erp.rule_target(text) IS
'The table a rule''s target_table stands for, RP106 when no rule can guard it.';
ALTER FUNCTION erp.rule_target(text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_target(text) FROM PUBLIC;
