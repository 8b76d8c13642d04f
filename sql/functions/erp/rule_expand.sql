-- By text, level by level: see erp.rule_references. What is malformed stays as it is, and the engine refuses it.
CREATE OR REPLACE FUNCTION erp.rule_expand(ast jsonb)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    most CONSTANT int := 65536;
    expanded text := ast::text;
    meant record;
    level int := 0;
BEGIN
    IF expanded NOT LIKE '%{"rule\_ref": "%' THEN
        RETURN ast;
    END IF;
    WHILE expanded ~ '\{"rule_ref": "[^"\\]*"\}' AND octet_length(expanded) <= most LOOP
        level := level + 1;
        FOR meant IN
            SELECT found.name, c.constraint_id, c.logic_ast::text AS definition, count(*) AS times
            FROM regexp_matches(expanded, '\{"rule_ref": "([^"\\]*)"\}', 'g') AS m (found_names)
            CROSS JOIN LATERAL (SELECT m.found_names[1]) AS found (name)
            LEFT JOIN agent.constraints AS c ON c.rule_name = found.name
            GROUP BY found.name, c.constraint_id, c.logic_ast
            ORDER BY found.name
        LOOP
            IF meant.constraint_id IS NULL OR level > 64 THEN
                RAISE EXCEPTION '%', CASE
                        WHEN level > 64 THEN 'a rule refers to itself'
                        ELSE format('there is no rule "%s"', left(meant.name, 64))
                    END
                    USING ERRCODE = CASE WHEN level > 64 THEN 'RP109' ELSE 'RP102' END,
                    DETAIL = jsonb_build_object(
                        'path', coalesce(erp.rule_pointer(ast, jsonb_build_object('rule_ref', meant.name)), ''),
                        'rule_ref', left(meant.name, 64)
                    )::text,
                    HINT = 'SELECT rule_name FROM erp_agent_constraints tells the names';
            END IF;
            IF octet_length(expanded) + meant.times * octet_length(meant.definition) > 8 * most THEN
                RAISE EXCEPTION 'the rule is larger than % bytes with what it refers to', most
                    USING ERRCODE = 'RP103',
                    DETAIL = jsonb_build_object('path', '', 'rule_ref', meant.name)::text,
                    HINT = 'split the rule';
            END IF;
            expanded := replace(expanded, jsonb_build_object('rule_ref', meant.name)::text, meant.definition);
        END LOOP;
    END LOOP;
    RETURN expanded::jsonb;
END
$function$;
COMMENT ON FUNCTION erp.rule_expand(jsonb) IS
'A condition with every {"rule_ref": name} replaced by the condition of that rule: RP102 unknown, RP109 circular, RP103 too large.';
ALTER FUNCTION erp.rule_expand(jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_expand(jsonb) FROM PUBLIC;
