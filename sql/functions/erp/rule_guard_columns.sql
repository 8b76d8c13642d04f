-- A view that selects the columns rules read, and no row: what depends on a column keeps it from being dropped or retyped
-- (2BP01, 0A000), for its owner too, and pg_dump carries it. DROP … CASCADE takes the view; the rule then fails closed.
-- In a schema that erp_owner may not use no view can be made, and only the second half holds.
CREATE OR REPLACE FUNCTION erp.rule_guard_columns(relation regclass)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '2s'
SET enable_seqscan = off
AS $function$
DECLARE
    known record;
    wanted name[];
    guard record;
    guard_name text;
BEGIN
    SELECT n.nspname, c.relname, has_schema_privilege(n.oid, 'USAGE') AS is_usable INTO known
    FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.oid = rule_guard_columns.relation;
    IF NOT FOUND OR NOT known.is_usable THEN
        RETURN;
    END IF;
    -- One at a time for a table: a view made smaller by one session must not lose what another has just come to need.
    PERFORM pg_advisory_xact_lock(hashtextextended('erp.rule_guard_columns', relation::oid::bigint));
    -- column by column, each by index: a table may have thousands of rules
    wanted := ARRAY(
        SELECT a.attname
        FROM pg_attribute AS a
        WHERE a.attrelid = rule_guard_columns.relation
        AND a.attnum > 0
        AND NOT a.attisdropped
        AND (
            SELECT true
            FROM agent.constraint_dependencies AS d
            WHERE d.relation = a.attrelid
            AND d.column_name = a.attname
            LIMIT 1
        )
        ORDER BY a.attname
    );
    SELECT v.oid::regclass AS name, array_agg(DISTINCT a.attname ORDER BY a.attname) AS columns INTO guard
    FROM pg_class AS v
    JOIN pg_rewrite AS r ON r.ev_class = v.oid
    JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
    JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE v.relnamespace = 'agent'::regnamespace
    AND starts_with(v.relname, 'rules_read_')
    AND v.relkind = 'v'
    AND d.refobjid = rule_guard_columns.relation
    AND d.refobjsubid > 0
    GROUP BY v.oid;
    IF coalesce(guard.columns, '{}') = wanted THEN
        RETURN;
    END IF;

    -- Dynamic because DDL takes no parameters; the names come from the catalog, quoted.
    IF guard.name IS NOT NULL THEN
        EXECUTE format('DROP VIEW %s', guard.name);
    END IF;
    IF wanted <> '{}' THEN
        guard_name := format('rules_read_%s_%s', known.nspname, known.relname);
        IF octet_length(guard_name) > 63 THEN
            guard_name := 'rules_read_' || md5(guard_name);
        END IF;
        EXECUTE format(
            'CREATE VIEW agent.%I AS SELECT %s FROM %s WHERE false',
            guard_name, (SELECT string_agg(quote_ident(column_name), ', ') FROM unnest(wanted) AS column_name), relation
        );
        EXECUTE format(
            'COMMENT ON VIEW agent.%I IS %L', guard_name,
            'Rules read these columns of ' || relation || '; change the rules before the columns.'
        );
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.rule_guard_columns(regclass) IS
'Keeps agent.rules_read_<schema>_<table>, the view on the columns of a table that rules in force read, so that none of them is dropped.';
ALTER FUNCTION erp.rule_guard_columns(regclass) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_guard_columns(regclass) FROM PUBLIC;
