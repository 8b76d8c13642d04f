-- Dynamic because tables and columns are the rule's; every name is an identifier, every value a literal. A row is `t.*`, as
-- `t` alone is the column of that name where there is one.
CREATE OR REPLACE FUNCTION erp.rule_candidates(
    read_by jsonb,
    target regclass,
    image jsonb
)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    wanted text := format('SELECT t.*::%1$s FROM %1$s AS t', target);
    path CONSTANT text[] := ARRAY(SELECT jsonb_array_elements_text(read_by -> 'path'));
    inner_columns CONSTANT text[] := ARRAY(SELECT jsonb_array_elements_text(read_by -> 'inner_columns'));
    outer_columns CONSTANT text[] := ARRAY(SELECT jsonb_array_elements_text(read_by -> 'outer_columns'));
    conditions text[] := '{}';
    at regclass := target;
    hop record;
BEGIN
    IF cardinality(inner_columns) = 0 AND cardinality(path) > 0 THEN
        FOR step IN 1..cardinality(path) LOOP
            SELECT k.* INTO hop FROM erp.rule_foreign_key(at, path[step]) AS k;
            -- without its foreign key the rule is broken, and refuses by itself
            EXIT WHEN hop.target IS NULL;
            IF step = cardinality(path) THEN
                conditions := ARRAY[format(
                    'h%s.%I = %L::%s', step - 1, path[step], image ->> hop.key_column,
                    -- the type behind a domain: a domain's CHECK is code of its owner, which must not run here
                    (SELECT format_type(erp.rule_base_type(a.atttypid), -1) FROM pg_attribute AS a WHERE a.attrelid = hop.target AND a.attname = hop.key_column)
                )];
            ELSE
                wanted := wanted || format(
                    ' JOIN %s AS h%s ON h%2$s.%I = h%s.%I', hop.target, step, hop.key_column, step - 1, path[step]
                );
            END IF;
            at := hop.target;
        END LOOP;
        wanted := replace(wanted, ' AS t', ' AS h0');
        wanted := replace(wanted, 'SELECT t.*', 'SELECT h0.*');
    ELSE
        SELECT coalesce(array_agg(
            format('t.%I = %L', c.name, image ->> inner_columns[c.n]) || CASE
                WHEN erp.rule_key_class(a.atttypid) <> 'number' THEN ''
                WHEN image ->> inner_columns[c.n] ~ '^-?[0-9]{1,18}$' THEN '::bigint'
                ELSE '::numeric'
            END
        ), '{}') INTO conditions
        FROM unnest(outer_columns) WITH ORDINALITY AS c (name, n)
        JOIN pg_attribute AS a ON a.attrelid = target AND a.attname = c.name;
    END IF;
    IF cardinality(conditions) > 0 THEN
        wanted := wanted || ' WHERE ' || array_to_string(conditions, ' AND ');
    END IF;
    IF (read_by -> 'any_row')::boolean AND cardinality(outer_columns) > 0 THEN
        wanted := wanted || ' LIMIT 1';
    END IF;
    RETURN wanted;
END
$function$;
COMMENT ON FUNCTION erp.rule_candidates(jsonb, regclass, jsonb) IS
'The query for the rows of a rule''s table that read a given row of another table.';
ALTER FUNCTION erp.rule_candidates(jsonb, regclass, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_candidates(jsonb, regclass, jsonb) FROM PUBLIC;
