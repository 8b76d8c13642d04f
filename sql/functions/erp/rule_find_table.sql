-- The table a name in a rule means, and why no rule can be about it. An unqualified name is looked for in public, erp and
-- agent, in this order: the author's search_path must not decide what a rule guards. The erp_* views of erp_owner in public
-- stand for their one table.
CREATE OR REPLACE FUNCTION erp.rule_find_table(target_table text, OUT relation regclass, OUT reason text)
RETURNS record
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    part text[];
    found record;
BEGIN
    BEGIN
        part := parse_ident(target_table);
    EXCEPTION
        WHEN invalid_parameter_value THEN
            part := '{}';
    END;

    SELECT c.oid, c.relkind, c.relpersistence, c.relname, c.relowner, n.nspname INTO found
    FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relname = part[cardinality(part)]
    AND (
        (cardinality(part) = 1 AND n.nspname IN ('public', 'erp', 'agent'))
        OR (cardinality(part) = 2 AND n.nspname = part[1])
    )
    ORDER BY array_position('{public,erp,agent}'::name[], n.nspname)
    LIMIT 1;

    IF found.relkind = 'v' AND found.nspname = 'public' AND starts_with(found.relname, 'erp_')
        AND pg_get_userbyid(found.relowner) = 'erp_owner' THEN
        -- its one table, or among several (a derived column may read more) the one it is named after
        SELECT b.oid, b.relkind, b.relpersistence, b.relname, b.relowner, n.nspname INTO found
        FROM pg_class AS b
        JOIN pg_namespace AS n ON n.oid = b.relnamespace
        WHERE b.oid IN (
            SELECT d.refobjid
            FROM pg_rewrite AS r
            JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
            WHERE r.ev_class = found.oid
            AND d.refclassid = 'pg_class'::regclass
            AND d.refobjid <> found.oid
        )
        ORDER BY 'erp_' || b.relname = part[cardinality(part)] DESC, b.oid
        LIMIT 1;
    END IF;

    relation := found.oid;
    reason := CASE
        WHEN found.oid IS NULL THEN 'there is no such table'
        WHEN found.nspname IN ('pg_catalog', 'information_schema', 'pg_toast') THEN 'it is a system table'
        WHEN found.relpersistence = 't' THEN 'it is a temporary table'
        WHEN found.relkind NOT IN ('r', 'p') THEN 'it is neither an ordinary nor a partitioned table'
        WHEN found.oid = to_regclass('agent.constraints') THEN 'the rules do not guard themselves'
    END;
END
$function$;
COMMENT ON FUNCTION erp.rule_find_table(text) IS
'The table a name in a rule stands for, and why no rule can be about it, or NULL.';
ALTER FUNCTION erp.rule_find_table(text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_find_table(text) FROM PUBLIC;
