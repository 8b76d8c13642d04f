CREATE OR REPLACE FUNCTION erp.audit_ddl()
RETURNS event_trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_object record;
    v_text CONSTANT bytea := erp.audit_text(current_query());
BEGIN
    IF TG_EVENT = 'sql_drop' THEN
        FOR v_object IN
            SELECT o.object_type, o.object_identity
            FROM pg_event_trigger_dropped_objects() AS o
            WHERE o.schema_name IN ('erp', 'agent')
            AND (o.original OR o.normal)
        LOOP
            PERFORM erp.audit_write(
                'schema', NULL, jsonb_build_array(v_object.object_type, v_object.object_identity)::text, TG_TAG,
                'DD1'::bytea || erp.audit_text(TG_TAG) || v_text);
        END LOOP;
        RETURN;
    END IF;
    FOR v_object IN
        SELECT DISTINCT o.object_type, coalesce(o.object_identity, '') AS object_identity
        FROM pg_event_trigger_ddl_commands() AS o
        WHERE o.schema_name IN ('erp', 'agent')
        OR o.command_tag IN ('GRANT', 'REVOKE', 'ALTER DEFAULT PRIVILEGES')
    LOOP
        PERFORM erp.audit_write(
            'schema', NULL, jsonb_build_array(v_object.object_type, v_object.object_identity)::text, TG_TAG,
            'DD1'::bytea || erp.audit_text(TG_TAG) || v_text);
    END LOOP;
END
$function$;
COMMENT ON FUNCTION erp.audit_ddl() IS
'Event trigger: a leaf of every command that changes an object of the schemas erp and agent, or a privilege.';
ALTER FUNCTION erp.audit_ddl() OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_ddl() FROM PUBLIC;
