CREATE OR REPLACE FUNCTION erp.rule_require_readable(
    relation oid,
    node jsonb,
    env jsonb
)
RETURNS void
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    hidden jsonb := CASE WHEN env ? 'reader' THEN erp.rule_hidden(relation, node, (env ->> 'reader')::name) END;
BEGIN
    IF hidden IS NOT NULL THEN
        PERFORM erp.rule_fail(
            'RP102', node ->> 'at', format('%s may not read %s.%s', env ->> 'reader', hidden ->> 'table', hidden ->> 'column'),
            format('the rule''s author needs SELECT (%s) on %s', hidden ->> 'column', hidden ->> 'table')
        );
    END IF;
END
$$;

COMMENT ON FUNCTION erp.rule_require_readable(oid, jsonb, jsonb) IS
'Refuses (RP102) a bound name that leads over a column the rule''s author may not SELECT.';

ALTER FUNCTION erp.rule_require_readable(oid, jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_require_readable(oid, jsonb, jsonb) FROM PUBLIC;
