-- For tables that are not ours: their owner says by GRANT TRIGGER that rules may guard them.
CREATE OR REPLACE FUNCTION erp.rule_attach_gate(target regclass)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    schema_name CONSTANT name := (
        SELECT relnamespace::regnamespace
        FROM pg_class
        WHERE oid = target
    );
    grants text := concat_ws(
        '; ',
        CASE
            WHEN NOT has_schema_privilege(schema_name, 'USAGE') THEN format('GRANT USAGE ON SCHEMA %I TO erp_gate', schema_name)
        END,
        CASE WHEN NOT has_table_privilege(target, 'TRIGGER') THEN format('GRANT TRIGGER ON %s TO erp_gate', target) END
    );
BEGIN
    IF grants <> '' THEN
        RAISE EXCEPTION 'cannot attach the rule gate to %', target
            USING ERRCODE = 'RP107',
            DETAIL = jsonb_build_object('table', target::text, 'role', 'erp_gate')::text,
            HINT = grants;
    END IF;
    PERFORM erp.rule_create_gate(target);
END
$function$;
COMMENT ON FUNCTION erp.rule_attach_gate(regclass) IS
'Attaches the rule gate as erp_gate to a table of another owner; RP107 with the GRANT as HINT where that is not allowed.';
ALTER FUNCTION erp.rule_attach_gate(regclass) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION erp.rule_attach_gate(regclass) FROM PUBLIC;
