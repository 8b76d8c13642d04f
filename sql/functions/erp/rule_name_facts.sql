-- What is known of the values of the names of a rule, from the catalogue: their own column at the end of foreign keys, and that
-- every step on the way is there. An empty object is a name of which nothing is known; resolving names is the compiler's work.
CREATE OR REPLACE FUNCTION erp.rule_name_facts(
    target oid,
    operation text,
    names text[],
    scopes jsonb[]
)
RETURNS jsonb[]
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    nowhere CONSTANT jsonb := '{}';
    steps CONSTANT text[] := ARRAY(SELECT DISTINCT s FROM unnest(names) AS n CROSS JOIN LATERAL unnest(string_to_array(n, '.')) AS s);
    result jsonb[];
    relations jsonb := '{}';
    path text[];
    root text;
    relation oid;
    facts jsonb;
    held boolean;
    inner_row boolean;
BEGIN
    FOR i IN 1..coalesce(cardinality(names), 0) LOOP
        path := string_to_array(names[i], '.');
        root := path[1];
        facts := nowhere;
        held := true;
        inner_row := false;
        relation := target;
        IF root = 'agent' THEN
            facts := jsonb_build_object('type', CASE WHEN path[2] IN ('id', 'financial_authority_limit') THEN 'number' ELSE 'text' END);
            relation := NULL;
        ELSIF root = 'tx' THEN
            facts := jsonb_build_object('not_null', true, 'type', CASE path[2] WHEN 'today' THEN 'date' WHEN 'now' THEN 'timestamptz' WHEN 'as_of' THEN 'timestamptz' ELSE 'text' END)
                || CASE path[2] WHEN 'operation' THEN '{"values": ["INSERT", "UPDATE", "DELETE"], "spelled": "the operation"}'::jsonb ELSE '{}' END;
            relation := NULL;
        ELSIF coalesce(scopes[i] ? root, false) THEN
            inner_row := true;
            relation := CASE jsonb_typeof(scopes[i] -> root) WHEN 'string' THEN erp.rule_target(scopes[i] ->> root) END;
            path := path[2:];
        ELSIF root = 'new' THEN
            held := operation <> '*';
            path := path[2:];
        ELSIF root = 'old' THEN
            held := operation <> '*';
            path := path[2:];
        ELSIF coalesce(scopes[i] ? '', false) THEN
            relation := NULL;
        END IF;

        WHILE relation IS NOT NULL AND cardinality(path) > 0 LOOP
            IF NOT relations ? relation::text THEN
                relations := relations || jsonb_build_object(relation::text, erp.rule_relation_facts(relation, steps));
            END IF;
            facts := coalesce(relations -> relation::text -> path[1], nowhere);
            held := held AND coalesce((facts ->> 'not_null')::boolean, false);
            EXIT WHEN facts = nowhere OR cardinality(path) = 1;
            IF facts ->> 'type' = 'json' OR NOT facts ? 'referenced' THEN
                facts := nowhere;
                EXIT;
            END IF;
            held := held AND coalesce((facts ->> 'reference_holds')::boolean, false);
            relation := (facts ->> 'referenced')::oid;
            path := path[2:];
        END LOOP;
        result[i] := CASE
            WHEN relation IS NULL OR facts = nowhere THEN facts
            ELSE facts || jsonb_build_object('not_null', held, 'relation', relation, 'inner_row', inner_row)
        END;
    END LOOP;
    RETURN result;
EXCEPTION
    -- the relation of a quantifier that no rule can read: the compiler says so
    WHEN SQLSTATE 'RP106' THEN
        RETURN array_fill(nowhere, ARRAY[cardinality(names)]);
END
$function$;
COMMENT ON FUNCTION erp.rule_name_facts(oid, text, text[], jsonb[]) IS
'What the catalogue promises of the values of each name of a rule, in the order of the names.';
ALTER FUNCTION erp.rule_name_facts(oid, text, text[], jsonb[]) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_name_facts(oid, text, text[], jsonb[]) FROM PUBLIC;
