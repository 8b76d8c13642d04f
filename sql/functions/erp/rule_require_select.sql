CREATE OR REPLACE FUNCTION erp.rule_require_select(target regclass)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF NOT has_table_privilege('erp_owner', target, 'SELECT') THEN
        RAISE EXCEPTION 'the rules may not read %', target
            USING ERRCODE = 'RP107',
            DETAIL = jsonb_build_object('table', target::text, 'role', 'erp_owner')::text,
            HINT = format('GRANT SELECT ON %s TO erp_owner', target);
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.rule_require_select(regclass) IS
'Refuses (RP107) a rule that must find rows of a table which erp_owner may not SELECT.';
ALTER FUNCTION erp.rule_require_select(regclass) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_require_select(regclass) FROM PUBLIC;
