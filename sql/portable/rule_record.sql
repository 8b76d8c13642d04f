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
    columns text;
    record jsonb;
BEGIN
    IF (SELECT pg_get_userbyid(c.relowner) = 'erp_owner' FROM pg_class AS c WHERE c.oid = relation) THEN
        RETURN to_jsonb(image);
    END IF;
    SELECT string_agg(
        format(
            CASE
                WHEN erp.rule_is_plain_type(a.atttypid) THEN '(%1$L, to_jsonb(($1).%1$I))'
                ELSE '(%1$L, CASE WHEN num_nulls(($1).%1$I) = 0 THEN to_jsonb(format(''%%s'', ($1).%1$I)) END)'
            END,
            a.attname
        ), ', '
    ) INTO columns
    FROM pg_attribute AS a
    WHERE a.attrelid = relation
    AND a.attnum > 0
    AND NOT a.attisdropped;
    -- Dynamic because the columns are those of the table; %I keeps each one an identifier.
    EXECUTE format('SELECT jsonb_object_agg(c.name, c.value) FROM (VALUES %s) AS c (name, value)', columns) INTO record USING image;
    RETURN record;
END
$$;

COMMENT ON FUNCTION erp.rule_record(oid, anyelement) IS
'A row of a table as JSON; on tables of other owners without the casts that their types may have.';

ALTER FUNCTION erp.rule_record(oid, anyelement) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_record(oid, anyelement) FROM PUBLIC;
