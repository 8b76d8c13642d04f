CREATE OR REPLACE FUNCTION erp.rule_foreign_key(
    relation regclass,
    column_name text
)
RETURNS TABLE (
    target regclass,
    key_column name
)
LANGUAGE sql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT c.confrelid::regclass, k.attname
    FROM pg_attribute AS a
    JOIN pg_constraint AS c ON c.conrelid = a.attrelid AND c.contype = 'f' AND c.conkey = ARRAY[a.attnum]
    JOIN pg_attribute AS k ON k.attrelid = c.confrelid AND k.attnum = c.confkey[1]
    WHERE a.attrelid = relation
    AND a.attname = column_name
    AND NOT a.attisdropped
    ORDER BY c.conname
    LIMIT 1
$function$;
COMMENT ON FUNCTION erp.rule_foreign_key(regclass, text) IS
'The table and key that a column''s single-column foreign key leads to, the first by name.';
ALTER FUNCTION erp.rule_foreign_key(regclass, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_foreign_key(regclass, text) FROM PUBLIC;
