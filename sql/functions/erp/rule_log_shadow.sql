CREATE OR REPLACE FUNCTION erp.rule_log_shadow(
    code text,
    message text,
    detail jsonb,
    row_key jsonb
)
RETURNS void
LANGUAGE sql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
    INSERT INTO agent.constraint_shadow_log (
        constraint_id, version, rule_name, operation, target_table, row_key, code, message, detail
    )
    VALUES (
        (detail ->> 'constraint_id')::bigint, (detail ->> 'version')::int, detail ->> 'rule', detail ->> 'operation',
        detail ->> 'table', row_key, code, message, detail
    )
$function$;
COMMENT ON FUNCTION erp.rule_log_shadow(text, text, jsonb, jsonb) IS
'Called by the gate as erp_owner: keeps what a rule of mode shadow would have refused, in the writer''s transaction.';
ALTER FUNCTION erp.rule_log_shadow(text, text, jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_log_shadow(text, text, jsonb, jsonb) FROM PUBLIC;
