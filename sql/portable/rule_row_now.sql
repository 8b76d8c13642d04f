CREATE OR REPLACE FUNCTION erp.rule_row_now(
    relation regclass,
    version tid,
    OUT image jsonb,
    OUT is_replaced boolean
)
LANGUAGE plpgsql
VOLATILE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    latest CONSTANT tid := currtid2(relation::text, version);
BEGIN
    -- @plpgsql_check_options: security_warnings = off
    -- Dynamic because the table is the trigger's; a regclass prints as a quoted, qualified name.
    EXECUTE format('SELECT erp.rule_record(%s, t.*) FROM ONLY %s AS t WHERE t.ctid = $1', relation::oid, relation)
    INTO image USING latest;
    is_replaced := image IS NULL OR latest <> version;
END
$$;

COMMENT ON FUNCTION erp.rule_row_now(regclass, tid) IS
'What became of a version of a row that this transaction wrote: the row as it is now, NULL when it is gone.';

ALTER FUNCTION erp.rule_row_now(regclass, tid) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_row_now(regclass, tid) FROM PUBLIC;
