CREATE OR REPLACE FUNCTION erp.rule_column_holds(
    relation oid,
    column_number smallint,
    word text
)
RETURNS boolean
LANGUAGE sql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT CASE
    WHEN b.base = 'int2'::regtype THEN word::numeric BETWEEN -32768 AND 32767
    WHEN b.base = 'int4'::regtype THEN word::numeric BETWEEN -2147483648 AND 2147483647
    WHEN b.base = 'int8'::regtype THEN word::numeric BETWEEN -9223372036854775808 AND 9223372036854775807
    WHEN b.base = 'numeric'::regtype AND b.base_typmod >= 4 THEN
        abs(word::numeric) < ('1e' || (((b.base_typmod - 4) >> 16) - b.scale))::numeric
    WHEN b.base IN ('varchar'::regtype, 'bpchar'::regtype) AND b.base_typmod >= 4 THEN length(word) <= b.base_typmod - 4
    WHEN b.base = 'name'::regtype THEN octet_length(word) < 64
    WHEN EXISTS (SELECT FROM pg_type AS t WHERE t.oid = b.base AND t.typtype = 'e') THEN
        EXISTS (SELECT FROM pg_enum AS e WHERE e.enumtypid = b.base AND e.enumlabel = word)
    ELSE true
END
FROM pg_attribute AS a
CROSS JOIN LATERAL erp.rule_base_column(a.atttypid, a.atttypmod) AS b
WHERE a.attrelid = relation
AND a.attnum = column_number
$$;

COMMENT ON FUNCTION erp.rule_column_holds(oid, smallint, text) IS 'Whether a column''s type can hold a value of the rule language as it is.';

ALTER FUNCTION erp.rule_column_holds(oid, smallint, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_column_holds(oid, smallint, text) FROM PUBLIC;
