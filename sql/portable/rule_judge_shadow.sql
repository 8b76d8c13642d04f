CREATE OR REPLACE FUNCTION erp.rule_judge_shadow(
    rule jsonb,
    record jsonb,
    context jsonb,
    relation oid,
    schema_name name,
    table_name name
)
RETURNS void
LANGUAGE plpgsql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    message text;
    detail text;
BEGIN
    PERFORM erp.rule_judge(rule, record, context, relation, schema_name, table_name);
EXCEPTION
    WHEN SQLSTATE 'RP101' OR SQLSTATE 'RP102' OR SQLSTATE 'RP103' OR SQLSTATE 'RP104' OR SQLSTATE 'RP106' THEN
        GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
        message := format('rule "%s" is broken: %s', coalesce(rule ->> 'rule_name', 'rule_' || (rule ->> 'constraint_id')), message);
        RAISE LOG 'rule shadow: % %: %', SQLSTATE, rule ->> 'rule_name', message;
        PERFORM erp.rule_log_shadow(
            SQLSTATE, message,
            jsonb_build_object(
                'rule', coalesce(rule ->> 'rule_name', 'rule_' || (rule ->> 'constraint_id')),
                'constraint_id', rule -> 'constraint_id',
                'version', rule -> 'version',
                'table', schema_name || '.' || table_name,
                'operation', context -> 'tx' -> 'operation',
                'path', detail::jsonb -> 'path',
                'values', '{}'::jsonb
            ),
            erp.rule_row_key(relation, record)
        );
END
$$;

COMMENT ON FUNCTION erp.rule_judge_shadow(jsonb, jsonb, jsonb, oid, name, name) IS
'Judges a rule of mode shadow: one that no longer compiles is logged too, and lets the write pass.';

ALTER FUNCTION erp.rule_judge_shadow(jsonb, jsonb, jsonb, oid, name, name) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_judge_shadow(jsonb, jsonb, jsonb, oid, name, name) FROM PUBLIC;
