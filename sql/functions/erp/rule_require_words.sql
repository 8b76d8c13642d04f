-- What a column takes is read from the table's own CHECKs, so that there is one list of it.
CREATE OR REPLACE FUNCTION erp.rule_require_words(rule jsonb)
RETURNS void
LANGUAGE plpgsql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    wrong record;
BEGIN
    SELECT a.attname AS name, rule ->> a.attname AS word, f.facts INTO wrong
    FROM pg_constraint AS c
    JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
    CROSS JOIN LATERAL (SELECT pg_get_expr(c.conbin, c.conrelid)) AS e (expression)
    -- a word that stands in the expression is one of them
    CROSS JOIN LATERAL (
        SELECT CASE WHEN strpos(e.expression, quote_literal(rule ->> a.attname)) = 0 THEN erp.rule_check_facts(e.expression, a.attname) END
    ) AS f (facts)
    WHERE c.conrelid = 'agent.constraints'::regclass
    AND c.contype = 'c'
    AND f.facts ? 'values'
    AND NOT f.facts -> 'values' ? (rule ->> a.attname)
    ORDER BY a.attnum
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% %', wrong.name, erp.rule_impossible_text(wrong.facts, wrong.word, session_user)
            USING ERRCODE = 'RP101',
            DETAIL = jsonb_build_object('column', wrong.name, 'found', left(wrong.word, 64), 'allowed', wrong.facts -> 'values')::text,
            HINT = 'docs/rules.md, "The row", says what each of them does',
            COLUMN = wrong.name,
            TABLE = 'constraints',
            SCHEMA = 'agent';
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.rule_require_words(jsonb) IS
'Refuses (RP101) a rule with a word that its column does not take, such as timing comit, and names those it does.';
ALTER FUNCTION erp.rule_require_words(jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_require_words(jsonb) FROM PUBLIC;
