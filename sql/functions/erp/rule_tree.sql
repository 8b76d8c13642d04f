-- The nodes of a rule as parallel arrays, whatever their surface form, for what looks at a rule from outside (the checker): no
-- typing, no names resolved. Node 1 is the root, parents come before their children and the children of a node lie side by side,
-- so reading from the end is bottom-up. A shape that is no rule is a leaf here: refusing it is the compiler's work.
-- PL/pgSQL loops, as a recursive query takes three times as long on a rule of the maximum size.
CREATE OR REPLACE FUNCTION erp.rule_tree(
    ast jsonb,
    OUT parent int[],
    OUT first_child int[],
    OUT children int[],
    OUT at text[],
    OUT op text[],
    OUT name text[],
    OUT value jsonb[],
    OUT scope jsonb[]
)
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    quantifiers CONSTANT text[] := '{exists,forall,exists_one,lookup,count,count_distinct,sum,min,max,avg}';
    aliases CONSTANT jsonb := '{"!": "not", "=": "==", "eq": "==", "date==": "==", "datetime==": "==", "<>": "!=", "ne": "!=",
        "date!=": "!=", "datetime!=": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "??": "coalesce", "?:": "if",
        "decimal": "number"}';
    total int := 1;
    i int := 0;
    node jsonb;
    key text;
    body jsonb;
    list jsonb;
    members text[];
    member text;
    prefix text;
    seen jsonb;
    inner_scope jsonb;
    is_scoped boolean := false;
    kind text;
BEGIN
    -- from the first element on, or an array would begin at the first that is set
    value[1] := ast;
    at[1] := '';
    parent[1] := NULL;
    first_child[1] := NULL;
    children[1] := NULL;
    name[1] := NULL;
    scope[1] := NULL;
    WHILE i < total AND total < 10000 LOOP
        i := i + 1;
        node := value[i];
        kind := jsonb_typeof(node);
        IF is_scoped THEN
            seen := scope[i];
        END IF;
        IF kind = 'array' THEN
            op[i] := 'list';
            list := node;
            prefix := at[i];
        ELSIF kind <> 'object' THEN
            op[i] := 'literal';
            CONTINUE;
        ELSIF node ? 'var' THEN
            body := node -> 'var';
            op[i] := 'ref';
            name[i] := CASE jsonb_typeof(body) WHEN 'array' THEN body ->> 0 ELSE body #>> '{}' END;
            CONTINUE;
        ELSIF node ?| '{type,op,operator}' THEN
            prefix := at[i];
            key := node ->> 'type';
            IF key = 'literal' THEN
                op[i] := CASE jsonb_typeof(node -> 'value') WHEN 'array' THEN 'list' ELSE 'literal' END;
                value[i] := node -> 'value';
                list := CASE op[i] WHEN 'list' THEN node -> 'value' END;
            ELSIF key IN ('field', 'agent_attr') THEN
                op[i] := 'ref';
                name[i] := CASE key WHEN 'agent_attr' THEN 'agent.' ELSE '' END || coalesce(node ->> 'path', node ->> 'name');
            ELSE
                op[i] := lower(coalesce(node ->> 'operator', node ->> 'op', key));
                IF jsonb_typeof(node -> 'operands') = 'array' THEN
                    list := node -> 'operands';
                    prefix := prefix || '/operands';
                ELSE
                    members := '{left,right,operand,antecedent,consequent}';
                END IF;
            END IF;
        ELSE
            key := jsonb_path_query_first(node, '$.keyvalue().key') #>> '{}';
            body := node -> key;
            prefix := at[i] || CASE key WHEN '/' THEN '/~1' ELSE '/' || key END;
            kind := jsonb_typeof(body);
            IF key IS NULL THEN
                op[i] := 'literal';
            ELSIF key IN ('field', 'agent_attr') THEN
                op[i] := 'ref';
                name[i] := CASE key WHEN 'agent_attr' THEN 'agent.' ELSE '' END || (body #>> '{}');
            ELSIF key = 'literal' THEN
                op[i] := CASE kind WHEN 'array' THEN 'list' ELSE 'literal' END;
                value[i] := body;
                list := CASE kind WHEN 'array' THEN body END;
                prefix := at[i];
            ELSIF kind = 'array' THEN
                op[i] := lower(key);
                list := body;
            ELSIF kind = 'object' AND body ? 'in' AND lower(key) = ANY (quantifiers) THEN
                op[i] := lower(key);
                node := body;
                members := CASE jsonb_typeof(body -> 'in') WHEN 'string' THEN '{}'::text[] ELSE '{in}' END || '{where,satisfies,of}'::text[];
                inner_scope := coalesce(seen, '{}') || jsonb_build_object(coalesce(body ->> 'as', ''), body -> 'in');
                is_scoped := true;
            ELSE
                op[i] := coalesce(aliases ->> lower(key), lower(key));
                CONTINUE WHEN op[i] IN ('duration', 'rule_ref');
                total := total + 1;
                first_child[i] := total;
                children[i] := 1;
                value[total] := body;
                at[total] := prefix;
                parent[total] := i;
                IF seen IS NOT NULL THEN
                    scope[total] := seen;
                END IF;
                CONTINUE;
            END IF;
        END IF;
        IF aliases ? op[i] THEN
            op[i] := aliases ->> op[i];
        END IF;
        CONTINUE WHEN list IS NULL AND members IS NULL;

        first_child[i] := total + 1;
        IF list IS NOT NULL THEN
            FOR k IN 0..jsonb_array_length(list) - 1 LOOP
                total := total + 1;
                value[total] := list -> k;
                at[total] := prefix || '/' || k;
                parent[total] := i;
                IF seen IS NOT NULL THEN
                    scope[total] := seen;
                END IF;
            END LOOP;
        ELSE
            FOREACH member IN ARRAY members LOOP
                CONTINUE WHEN NOT node ? member;
                total := total + 1;
                value[total] := node -> member;
                at[total] := prefix || '/' || member;
                parent[total] := i;
                IF is_scoped THEN
                    scope[total] := CASE WHEN member = 'in' OR inner_scope IS NULL THEN seen ELSE inner_scope END;
                END IF;
            END LOOP;
        END IF;
        children[i] := total + 1 - first_child[i];
        list := NULL;
        members := NULL;
        inner_scope := NULL;
    END LOOP;
    children[total] := children[total];
    name[total] := name[total];
    first_child[total] := first_child[total];
    scope[total] := scope[total];
END
$function$;
COMMENT ON FUNCTION erp.rule_tree(jsonb) IS
'The nodes of a rule as arrays: operator, name, value and JSON pointer of each, parents before their children.';
ALTER FUNCTION erp.rule_tree(jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_tree(jsonb) FROM PUBLIC;
