-- Numbers are hashed by their value, so that 1 and 1.0 meet. Few slots, so that a bulk write never fills the lock table.
CREATE OR REPLACE FUNCTION erp.rule_lock_slot(
    ordinal int,
    columns name[],
    image jsonb
)
RETURNS int
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT CASE
        WHEN cardinality(columns) = 0 THEN ordinal * 1024
        WHEN count(k.text) = cardinality(columns) THEN
            ordinal * 1024 + ((hashtext(string_agg(k.text, chr(31) ORDER BY k.n) COLLATE "C") + 4294967296) % 1024)::int
    END
    FROM (
        SELECT
            c.n,
            CASE jsonb_typeof(image -> c.name::text)
                WHEN 'number' THEN trim_scale((image ->> c.name::text)::numeric)::text
                ELSE image ->> c.name::text
            END AS text
        FROM unnest(columns) WITH ORDINALITY AS c (name, n)
    ) AS k
$function$;
COMMENT ON FUNCTION erp.rule_lock_slot(int, name[], jsonb) IS
'The slot of a rule''s lock for a row: its read, and its connecting values in one of 1,024 buckets; NULL when one of them is null.';
ALTER FUNCTION erp.rule_lock_slot(int, name[], jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_lock_slot(int, name[], jsonb) FROM PUBLIC;
