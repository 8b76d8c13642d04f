-- For rules that compile. Without jit, which would take longer than all the rest.
-- What their values tell, what their shape tells, and what they cost.
CREATE OR REPLACE FUNCTION erp.rule_lint(
    target regclass,
    operation text,
    ast jsonb,
    polarity text
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
SET timezone = 'UTC'
SET jit = off
AS $function$
DECLARE
    tree record;
    names text[];
    scopes jsonb[];
    known jsonb[];
    fact jsonb[];
    one record;
    holds boolean[];
    fails boolean[];
    unknown boolean[];
BEGIN
    SELECT t.* INTO tree FROM erp.rule_tree(ast) AS t;
    holds := array_fill(NULL::boolean, ARRAY[cardinality(tree.op)]);
    fails := holds;
    unknown := holds;
    SELECT array_agg(d.name), array_agg(d.scope) INTO names, scopes
    FROM (SELECT DISTINCT n.name, n.scope FROM unnest(tree.name, tree.scope) AS n (name, scope) WHERE n.name IS NOT NULL) AS d;
    known := erp.rule_name_facts(target, operation, names, scopes);
    fact := ARRAY(
        SELECT k.fact
        FROM unnest(tree.name, tree.scope) WITH ORDINALITY AS n (name, scope, i)
        LEFT JOIN unnest(names, scopes, known) AS k (name, scope, fact) ON k.name = n.name AND k.scope IS NOT DISTINCT FROM n.scope
        ORDER BY n.i
    );
    RETURN QUERY
    SELECT f.*
    FROM erp.rule_lint_cost(tree.first_child, tree.children, tree.at, tree.op, tree.name, tree.value, tree.scope) AS f;
    FOR one IN
        SELECT c.*
        FROM erp.rule_lint_constants(tree.parent, tree.first_child, tree.at, tree.op, tree.name, tree.value, fact, session_user) AS c
    LOOP
        IF one.node IS NOT NULL THEN
            holds[one.node] := one.holds;
            fails[one.node] := one.fails;
            unknown[one.node] := one.is_nullable;
        END IF;
        IF one.code IS NOT NULL THEN
            RETURN QUERY VALUES ('warning', one.path, one.code, one.message);
        END IF;
    END LOOP;
    RETURN QUERY
    SELECT f.*
    FROM erp.rule_lint_values(
        tree.parent, tree.first_child, tree.children, tree.at, tree.op, tree.name, tree.value, fact, holds, fails, unknown, session_user
    ) AS f;
    RETURN QUERY
    SELECT f.*
    FROM erp.rule_lint_shape(
        operation, polarity, tree.parent, tree.first_child, tree.children, tree.at, tree.op, tree.name, tree.value, fact, holds
    ) AS f;
END
$function$;
COMMENT ON FUNCTION erp.rule_lint(regclass, text, jsonb, text) IS
'What is suspicious about a rule that compiles: warnings with the JSON pointer, and RP103 when it costs too much.';
ALTER FUNCTION erp.rule_lint(regclass, text, jsonb, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_lint(regclass, text, jsonb, text) FROM PUBLIC;
