CREATE OR REPLACE FUNCTION erp.rule_refuse_truncate(
    rule jsonb,
    schema_name name,
    table_name name
)
RETURNS void
LANGUAGE plpgsql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF rule ->> 'mode' = 'shadow' THEN
        RETURN;
    END IF;
    RAISE EXCEPTION '%', rule ->> 'violation_message' USING
        ERRCODE = rule ->> 'violation_code',
        DETAIL = jsonb_build_object(
            'rule', coalesce(rule ->> 'rule_name', 'rule_' || (rule ->> 'constraint_id')),
            'constraint_id', rule -> 'constraint_id',
            'version', rule -> 'version',
            'table', schema_name || '.' || table_name,
            'operation', 'TRUNCATE'
        )::text,
        HINT = 'TRUNCATE would skip the rules of DELETE; delete the rows, each is then judged',
        CONSTRAINT = coalesce(rule ->> 'rule_name', 'rule_' || (rule ->> 'constraint_id')),
        SCHEMA = schema_name,
        TABLE = table_name;
END
$$;

COMMENT ON FUNCTION erp.rule_refuse_truncate(jsonb, name, name) IS 'Refuses TRUNCATE of a table with a rule about DELETE.';

ALTER FUNCTION erp.rule_refuse_truncate(jsonb, name, name) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_refuse_truncate(jsonb, name, name) FROM PUBLIC;
