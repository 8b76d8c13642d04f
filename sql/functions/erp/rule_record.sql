CREATE OR REPLACE FUNCTION erp.rule_record(
    relation oid,
    image anyelement
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    record jsonb := '{}';
    col record;
    value jsonb;
BEGIN
    IF (SELECT pg_get_userbyid(c.relowner) = 'erp_owner' FROM pg_class AS c WHERE c.oid = relation) THEN
        RETURN to_jsonb(image);
    END IF;
    FOR col IN
        SELECT a.attname, erp.rule_is_plain_type(a.atttypid) AS is_plain
        FROM pg_attribute AS a
        WHERE a.attrelid = relation
        AND a.attnum > 0
        AND NOT a.attisdropped
    LOOP
        -- Dynamic because the column is the table's; concat() asks for the output function and no cast.
        IF col.is_plain THEN
            EXECUTE format('SELECT to_jsonb(($1).%I)', col.attname) INTO value USING image;
        ELSE
            EXECUTE format('SELECT to_jsonb(concat(($1).%1$I)) WHERE num_nulls(($1).%1$I) = 0', col.attname) INTO value USING image;
        END IF;
        record := record || jsonb_build_object(col.attname, value);
    END LOOP;
    RETURN record;
END
$$;

COMMENT ON FUNCTION erp.rule_record(oid, anyelement) IS
'A row of a table as JSON; on tables of other owners without the casts that their types may have.';

ALTER FUNCTION erp.rule_record(oid, anyelement) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_record(oid, anyelement) FROM PUBLIC;
