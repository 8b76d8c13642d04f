-- The reader must be allowed to read what a warning would quote, and no policy of anybody may run.
CREATE OR REPLACE FUNCTION erp.rule_reference_values(
    relation oid,
    attnum smallint,
    reader name
)
RETURNS text[]
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    source record;
    keys text[];
BEGIN
    SELECT n.nspname, c.relname, a.attname INTO source
    FROM pg_class AS c
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = rule_reference_values.attnum
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.oid = rule_reference_values.relation
    AND c.relkind = 'r'
    AND NOT c.relrowsecurity
    AND c.relpages <= 100
    AND a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype)
    AND has_column_privilege(reader, c.oid, a.attnum, 'SELECT')
    AND has_column_privilege(current_user, c.oid, a.attnum, 'SELECT');
    IF FOUND THEN
        -- Dynamic because the foreign key names the table.
        EXECUTE format('SELECT array_agg(v) FROM (SELECT %1$I::pg_catalog.text AS v FROM %2$I.%3$I LIMIT 1001) AS r', source.attname, source.nspname, source.relname)
        INTO keys;
    END IF;
    RETURN CASE WHEN cardinality(keys) <= 1000 THEN keys END;
END
$function$;
COMMENT ON FUNCTION erp.rule_reference_values(oid, smallint, name) IS
'The keys of a small reference table, or NULL when there are many or the reader may not see them.';
ALTER FUNCTION erp.rule_reference_values(oid, smallint, name) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_reference_values(oid, smallint, name) FROM PUBLIC;
