-- Once a statement, for all the rules it stored, changed or deleted. It asks by index: a plan that a session made while there
-- were few rules meets thousands later.
CREATE OR REPLACE FUNCTION erp.constraints_wire()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
AS $function$
DECLARE
    rules bigint[];
    names text[];
    judged oid[];
    needed oid[];
    spare oid[];
    wired oid;
BEGIN
    CASE TG_OP
        WHEN 'INSERT' THEN
            SELECT array_agg(n.constraint_id) INTO rules FROM after_rows AS n;
        WHEN 'UPDATE' THEN
            SELECT array_agg(c.constraint_id), array_agg(c.rule_name), array_agg(DISTINCT c.target_relation) INTO rules, names, judged
            FROM (
                SELECT r.constraint_id, min(r.rule_name) AS rule_name, min(r.target_relation) AS target_relation
                FROM (
                    SELECT o.constraint_id, o.version, o.rule_name, o.target_relation::oid FROM before_rows AS o
                    UNION ALL
                    SELECT n.constraint_id, n.version, NULL, NULL FROM after_rows AS n
                ) AS r
                GROUP BY r.constraint_id
                HAVING min(r.version) < max(r.version)
            ) AS c;
        WHEN 'DELETE' THEN
            SELECT array_agg(o.constraint_id), array_agg(o.rule_name), array_agg(DISTINCT o.target_relation::oid) INTO rules, names, judged
            FROM before_rows AS o;
        ELSE
            rules := ARRAY(
                SELECT d.constraint_id FROM agent.constraint_dependencies AS d
                UNION
                SELECT r.constraint_id FROM agent.constraint_reads AS r
            );
            judged := ARRAY(SELECT DISTINCT t.tgrelid FROM pg_trigger AS t WHERE starts_with(t.tgname, '_500_rule_'));
    END CASE;
    IF rules IS NULL THEN
        RETURN NULL;
    END IF;

    PERFORM erp.rule_keep_reads(rules);
    spare := judged || erp.rule_keep_connections(rules);
    SELECT array_agg(c.target_relation::oid) || array_agg(r.relation::oid) INTO needed
    FROM agent.constraints AS c
    LEFT JOIN agent.constraint_reads AS r ON r.constraint_id = c.constraint_id AND c.kind = 'invariant'
    WHERE c.constraint_id = ANY (rules);
    -- from a table of somebody else a trigger cannot be taken again
    FOR wired IN
        SELECT c.oid
        FROM pg_class AS c
        WHERE c.oid = ANY (needed)
        OR (c.oid = ANY (spare) AND pg_get_userbyid(c.relowner) = 'erp_owner')
        ORDER BY c.oid
    LOOP
        PERFORM erp.rule_wire(wired);
    END LOOP;
    PERFORM erp.rule_cache_invalidate(c.oid)
    FROM pg_class AS c
    WHERE c.oid = ANY (needed || spare);
    PERFORM erp.rule_touch_dependents(names);
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.constraints_wire() IS
'After rules are stored: keeps what they read, attaches and detaches the triggers by which they are judged, makes sessions forget what they compiled, and renews the rules that refer to them.';
ALTER FUNCTION erp.constraints_wire() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.constraints_wire() FROM PUBLIC;
