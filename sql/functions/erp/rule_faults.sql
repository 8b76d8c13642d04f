-- A compiler stops at its first fault. What `and`, `or` and their like join is independent, so each such part is compiled by itself,
-- and where a name is wrong each other name of that part is asked for too.
CREATE OR REPLACE FUNCTION erp.rule_faults(
    target regclass,
    operation text,
    ast jsonb
)
RETURNS TABLE (
    severity text,
    path text,
    code text,
    message text
)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
SET enable_nestloop = off
AS $function$
DECLARE
    logic CONSTANT text[] := '{and,or,not,implies,iff,xor}';
    first record;
    fault record;
    tree record;
    known text[];
    told int := 1;
BEGIN
    IF ast IS NULL THEN
        RETURN QUERY VALUES ('error', '', 'RP101', 'there is no rule');
        RETURN;
    END IF;
    SELECT c.* INTO first FROM erp.rule_compile_check(target, operation, ast) AS c LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    RETURN QUERY VALUES (first.severity, first.path, first.code, first.message);
    IF first.code = 'RP103' THEN
        RETURN;
    END IF;

    SELECT t.* INTO tree FROM erp.rule_tree(ast) AS t;
    known := ARRAY[first.path || ' ' || first.code];
    FOR fault IN
        WITH nodes AS MATERIALIZED (
            SELECT n.*
            FROM unnest(tree.parent, tree.at, tree.op, tree.name, tree.value, tree.scope) WITH ORDINALITY
                AS n (parent, at, op, name, value, scope, i)
        ),
        parts AS (
            SELECT n.i, n.at, n.value AS part
            FROM nodes AS n
            JOIN nodes AS p ON p.i = n.parent
            WHERE NOT n.op = ANY (logic)
            AND p.op = ANY (logic)
            ORDER BY n.i
            LIMIT 100
        ),
        found AS (
            SELECT p.i, p.at, p.at || c.path AS path, c.code, c.message
            FROM parts AS p
            CROSS JOIN LATERAL erp.rule_compile_check(target, operation, p.part) AS c
        ),
        names AS (
            SELECT DISTINCT ON (n.name) n.i, n.at, n.name
            FROM nodes AS n
            WHERE n.name IS NOT NULL
            AND n.scope IS NULL
            AND first.code <> 'RP101'
            ORDER BY n.name, n.i
            LIMIT 200
        )
        SELECT f.i, f.path, f.code, f.message FROM found AS f
        UNION ALL
        SELECT n.i, n.at, c.code, c.message
        FROM names AS n
        CROSS JOIN LATERAL erp.rule_compile_check(
            target, operation, jsonb_build_object('is_null', jsonb_build_array(jsonb_build_object('var', n.name)))
        ) AS c
        ORDER BY 1, 2
    LOOP
        CONTINUE WHEN fault.path || ' ' || fault.code = ANY (known) OR told >= 50;
        known := known || (fault.path || ' ' || fault.code);
        told := told + 1;
        RETURN QUERY VALUES ('error', fault.path, fault.code, fault.message);
    END LOOP;
END
$function$;
COMMENT ON FUNCTION erp.rule_faults(regclass, text, jsonb) IS
'The static errors of a rule for a table and operation, the compiler''s own first; none when it is sound.';
ALTER FUNCTION erp.rule_faults(regclass, text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_faults(regclass, text, jsonb) FROM PUBLIC;
