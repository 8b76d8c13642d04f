-- All three surface forms. A name in a quantifier begins with its alias, which is no column.
CREATE OR REPLACE FUNCTION erp.rule_names(ast jsonb)
RETURNS text[]
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    -- in PL/pgSQL only for the plan that it keeps
    RETURN (
        SELECT coalesce(array_agg(DISTINCT regexp_replace(name, '^(new|old)\.', '') COLLATE "C"), '{}')
        FROM (
            SELECT CASE jsonb_typeof(node -> 'var') WHEN 'array' THEN node -> 'var' ->> 0 ELSE node ->> 'var' END
            FROM jsonb_path_query(ast, 'strict $.** ? (exists(@.var))') AS node
            UNION ALL
            SELECT node ->> 'field'
            FROM jsonb_path_query(ast, 'strict $.** ? (exists(@.field))') AS node
            UNION ALL
            -- what is asked to be present is named without a var
            SELECT named #>> '{}'
            FROM jsonb_path_query(ast, 'strict $.** ? (@.type() == "object").keyvalue() ? (@.key like_regex "^exists$" flag "i").value') AS present
            CROSS JOIN LATERAL jsonb_path_query(present, 'lax $[*] ? (@.type() == "string")') AS named
            UNION ALL
            SELECT CASE jsonb_typeof(node -> 'path')
                WHEN 'array' THEN (SELECT string_agg(step, '.') FROM jsonb_array_elements_text(node -> 'path') AS step)
                ELSE coalesce(node ->> 'name', node ->> 'path')
            END
            FROM jsonb_path_query(ast, 'strict $.** ? (@.type == "field")') AS node
        ) AS n (name)
        WHERE name IS NOT NULL
        AND name !~ '^(agent|tx)\.'
    );
END
$function$;
COMMENT ON FUNCTION erp.rule_names(jsonb) IS
'Every name that a rule uses, without new. and old.; those of the actor and the transaction left out.';
ALTER FUNCTION erp.rule_names(jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_names(jsonb) FROM PUBLIC;
