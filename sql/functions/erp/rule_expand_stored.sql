-- Locks the rules it refers to FOR SHARE: whoever changes one meanwhile waits, and then finds this rule among its dependents.
CREATE OR REPLACE FUNCTION erp.rule_expand_stored(
    rule_name text,
    is_protected boolean,
    ast jsonb
)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    meant text[];
    unprotected text;
BEGIN
    IF ast::text NOT LIKE '%{"rule\_ref": "%' THEN
        RETURN ast;
    END IF;
    meant := ARRAY(SELECT r.rule_name FROM erp.rule_references(ast) AS r);
    IF meant = '{}' THEN
        RETURN ast;
    END IF;
    IF rule_expand_stored.rule_name = ANY (meant) THEN
        RAISE EXCEPTION 'a rule refers to itself'
            USING ERRCODE = 'RP109',
            DETAIL = jsonb_build_object('rule', rule_expand_stored.rule_name, 'refers_to', meant)::text,
            HINT = 'break the circle: write the condition out in one of these rules';
    END IF;
    PERFORM
    FROM agent.constraints AS c
    WHERE c.rule_name = ANY (meant)
    ORDER BY c.constraint_id
    FOR SHARE;
    SELECT c.rule_name INTO unprotected
    FROM agent.constraints AS c
    WHERE c.rule_name = ANY (meant)
    AND NOT c.protected
    ORDER BY c.constraint_id
    LIMIT 1;
    IF is_protected AND FOUND THEN
        RAISE EXCEPTION 'a protected rule cannot refer to rule %, which is not protected', unprotected
            USING ERRCODE = 'RP108',
            DETAIL = jsonb_build_object('rule', rule_expand_stored.rule_name, 'refers_to', unprotected)::text,
            HINT = format('protect %s as well, or write its condition out', unprotected);
    END IF;
    RETURN erp.rule_expand(ast);
END
$function$;
COMMENT ON FUNCTION erp.rule_expand_stored(text, boolean, jsonb) IS
'What a rule that is stored compiles: RP109 when it refers to itself, RP108 when a protected rule refers to an unprotected one.';
ALTER FUNCTION erp.rule_expand_stored(text, boolean, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_expand_stored(text, boolean, jsonb) FROM PUBLIC;
