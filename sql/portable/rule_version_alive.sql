-- The row as it is now, found by its primary key, or by all of it where there is none.
CREATE OR REPLACE FUNCTION erp.rule_version_alive(
    relation regclass,
    image anyelement
)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    conditions text := (
        SELECT string_agg(format('t.%1$I = ($1).%1$I', a.attname), ' AND ')
        FROM pg_index AS i
        JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
        WHERE i.indrelid = relation
        AND i.indisprimary
    );
    found_row jsonb;
BEGIN
    -- @plpgsql_check_options: security_warnings = off
    -- Dynamic because the table is the trigger's; the conditions are made of %I.
    EXECUTE format(
        'SELECT erp.rule_record(%s, t.*) FROM ONLY %s AS t WHERE %s LIMIT 1', relation::oid, relation,
        coalesce(conditions, '(t.*) *= $1')
    ) INTO found_row USING image;
    RETURN found_row;
END
$$;

COMMENT ON FUNCTION erp.rule_version_alive(regclass, anyelement) IS
'A written row as it is now: what became of it; NULL when it is gone.';

ALTER FUNCTION erp.rule_version_alive(regclass, anyelement) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_version_alive(regclass, anyelement) FROM PUBLIC;
