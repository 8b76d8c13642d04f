-- Abstract interpretation: of every node, from the leaves up, whether it may be true, false, unknown, an error, and between which
-- bounds a number lies; then what follows for the author. Only what holds for every row is said. Loops over arrays, so that a rule of
-- the maximum size takes milliseconds; `a` and `b` are the first two arguments of the node at hand.
CREATE OR REPLACE FUNCTION erp.rule_lint_values(
    parent int[],
    first_child int[],
    children int[],
    at text[],
    op text[],
    name text[],
    value jsonb[],
    fact jsonb[],
    holds boolean[],
    fails boolean[],
    unknown boolean[],
    reader name
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
AS $function$
DECLARE
    total CONSTANT int := cardinality(op);
    kind text[] := array_fill(NULL::text, ARRAY[total]);
    t boolean[] := array_fill(true, ARRAY[total]);
    f boolean[] := array_fill(true, ARRAY[total]);
    u boolean[] := array_fill(true, ARRAY[total]);
    e boolean[] := array_fill(true, ARRAY[total]);
    lo numeric[] := array_fill(NULL::numeric, ARRAY[total]);
    hi numeric[] := array_fill(NULL::numeric, ARRAY[total]);
    lo_open boolean[] := array_fill(false, ARRAY[total]);
    hi_open boolean[] := array_fill(false, ARRAY[total]);
    word text[] := array_fill(NULL::text, ARRAY[total]);
    node text;
    a int;
    b int;
    last int;
    known jsonb;
    less boolean;
    more boolean;
    same boolean;
    other boolean;
    side boolean;
    found text;
BEGIN
    FOR i IN REVERSE total..1 LOOP
        CONTINUE WHEN unknown[parent[i]] IS NOT NULL;
        node := op[i];
        a := first_child[i];
        last := a + children[i] - 1;
        IF unknown[i] IS NOT NULL THEN
            kind[i] := 'boolean';
            t[i] := holds[i];
            f[i] := fails[i];
            u[i] := unknown[i];
            e[i] := false;
            CONTINUE;
        END IF;
        CASE
            WHEN node = 'literal' THEN
                kind[i] := jsonb_typeof(value[i]);
                e[i] := false;
                u[i] := kind[i] = 'null';
                word[i] := value[i] #>> '{}';
                IF kind[i] = 'number' THEN
                    lo[i] := word[i]::numeric;
                    hi[i] := lo[i];
                ELSIF kind[i] IN ('boolean', 'null') THEN
                    t[i] := word[i] = 'true' AND NOT u[i];
                    f[i] := word[i] = 'false' AND NOT u[i];
                END IF;
            WHEN node = 'ref' THEN
                known := fact[i];
                kind[i] := known ->> 'type';
                u[i] := NOT coalesce((known ->> 'not_null')::boolean, false);
                e[i] := false;
                lo[i] := (known ->> 'lo')::numeric;
                hi[i] := (known ->> 'hi')::numeric;
                lo_open[i] := coalesce((known ->> 'lo_open')::boolean, false);
                hi_open[i] := coalesce((known ->> 'hi_open')::boolean, false);
            WHEN node IN ('==', '!=', '<', '<=', '>', '>=') AND children[i] = 2 THEN
                b := a + 1;
                kind[i] := 'boolean';
                IF node IN ('==', '!=') AND (kind[a] = 'null' OR kind[b] = 'null') THEN
                    IF kind[a] = 'null' THEN
                        a := b;
                    END IF;
                    t[i] := CASE node WHEN '==' THEN u[a] ELSE t[a] OR f[a] END;
                    f[i] := CASE node WHEN '==' THEN t[a] OR f[a] ELSE u[a] END;
                    u[i] := false;
                    e[i] := e[a];
                    CONTINUE;
                END IF;
                -- a quoted number among numbers
                IF kind[a] = 'string' AND kind[b] = 'number' AND word[a] ~ '^[+-]?[0-9]+([.][0-9]+)?$' THEN
                    lo[a] := word[a]::numeric;
                    hi[a] := lo[a];
                ELSIF kind[b] = 'string' AND kind[a] = 'number' AND word[b] ~ '^[+-]?[0-9]+([.][0-9]+)?$' THEN
                    lo[b] := word[b]::numeric;
                    hi[b] := lo[b];
                END IF;
                less := lo[a] IS NULL OR hi[b] IS NULL OR lo[a] < hi[b];
                more := hi[a] IS NULL OR lo[b] IS NULL OR hi[a] > lo[b];
                same := (lo[a] IS NULL OR hi[b] IS NULL OR lo[a] < hi[b] OR (lo[a] = hi[b] AND NOT lo_open[a] AND NOT hi_open[b]))
                    AND (hi[a] IS NULL OR lo[b] IS NULL OR hi[a] > lo[b] OR (hi[a] = lo[b] AND NOT hi_open[a] AND NOT lo_open[b]));
                other := NOT coalesce(lo[a] = hi[a] AND lo[b] = hi[b] AND lo[a] = lo[b], false);
                IF name[a] IS NOT NULL AND name[a] = name[b] THEN
                    less := false;
                    more := false;
                    other := false;
                    RETURN QUERY VALUES ('warning', at[i], 'same_sides', format('%s is compared with itself', name[a]));
                ELSIF op[a] = 'literal' AND op[b] = 'literal' AND word[a] IS NOT NULL AND word[b] IS NOT NULL THEN
                    IF kind[a] = 'string' AND kind[b] = 'string' OR kind[a] = 'boolean' AND kind[b] = 'boolean' THEN
                        same := word[a] = word[b];
                        other := NOT same;
                        less := word[a] < word[b] COLLATE "C";
                        more := word[a] > word[b] COLLATE "C";
                    END IF;
                    RETURN QUERY VALUES ('warning', at[i], 'constant_compared', format('%s %s %s compares two constants: no row can change it', value[a], node, value[b]));
                END IF;
                CASE node
                    WHEN '==' THEN t[i] := same; f[i] := other;
                    WHEN '!=' THEN t[i] := other; f[i] := same;
                    WHEN '<' THEN t[i] := less; f[i] := more OR same;
                    WHEN '<=' THEN t[i] := less OR same; f[i] := more;
                    WHEN '>' THEN t[i] := more; f[i] := less OR same;
                    ELSE t[i] := more OR same; f[i] := less;
                END CASE;
                u[i] := u[a] OR u[b];
                e[i] := e[a] OR e[b];
                IF kind[a] = 'null' OR kind[b] = 'null' THEN
                    t[i] := false;
                    f[i] := false;
                    u[i] := true;
                    RETURN QUERY VALUES ('warning', at[i], 'always_unknown', format('"%s" with a written null is always unknown; ask is_null, or compare by == null', node));
                END IF;
            WHEN node IN ('and', 'or') THEN
                kind[i] := 'boolean';
                t[i] := node = 'and';
                f[i] := node = 'or';
                u[i] := false;
                e[i] := false;
                FOR c IN a..last LOOP
                    IF node = 'and' THEN
                        t[i] := t[i] AND t[c];
                        f[i] := f[i] OR f[c];
                    ELSE
                        t[i] := t[i] OR t[c];
                        f[i] := f[i] AND f[c];
                    END IF;
                    u[i] := u[i] OR u[c];
                    e[i] := e[i] OR e[c];
                END LOOP;
                IF holds[i] IS NOT NULL THEN
                    t[i] := holds[i];
                    f[i] := fails[i];
                END IF;
                -- one that always decides leaves nothing unknown
                FOR c IN a..last LOOP
                    EXIT WHEN NOT u[i] AND NOT e[i];
                    IF NOT u[c] AND NOT e[c] AND (CASE node WHEN 'and' THEN NOT t[c] ELSE NOT f[c] END) THEN
                        u[i] := false;
                        e[i] := false;
                    END IF;
                END LOOP;
            WHEN node = 'not' THEN
                kind[i] := 'boolean';
                t[i] := f[a];
                f[i] := t[a];
                u[i] := u[a];
                e[i] := e[a];
            WHEN node = 'implies' AND children[i] = 2 THEN
                b := last;
                kind[i] := 'boolean';
                t[i] := f[a] OR t[b];
                f[i] := t[a] AND f[b];
                u[i] := u[a] OR u[b];
                e[i] := e[a] OR e[b];
                IF NOT t[a] AND NOT u[a] AND NOT e[a] OR NOT f[b] AND NOT u[b] AND NOT e[b] THEN
                    u[i] := false;
                    e[i] := false;
                END IF;
                IF NOT t[a] THEN
                    RETURN QUERY VALUES ('warning', at[a], 'never_true', 'this premise is never true, so nothing is asked of any row');
                END IF;
            WHEN node = 'in' AND children[i] = 2 AND op[last] = 'list' THEN
                kind[i] := 'boolean';
                t[i] := false;
                u[i] := u[a];
                e[i] := e[a];
                FOR c IN first_child[last]..first_child[last] + children[last] - 1 LOOP
                    same := true;
                    IF kind[a] = 'text' AND op[a] = 'ref' AND kind[c] = 'string' THEN
                        found := erp.rule_impossible_text(fact[a], word[c], reader);
                        IF found IS NOT NULL THEN
                            same := false;
                            RETURN QUERY VALUES ('warning', at[c], 'impossible_value', format('%s %s', name[a], found));
                        END IF;
                    ELSIF lo[c] IS NOT NULL AND (lo[c] < lo[a] OR lo[c] > hi[a]) THEN
                        same := false;
                        RETURN QUERY VALUES ('warning', at[c], 'impossible_value', format('%s is never %s', coalesce(name[a], op[a]), word[c]));
                    END IF;
                    t[i] := t[i] OR same;
                    u[i] := u[i] OR u[c];
                    e[i] := e[i] OR e[c];
                END LOOP;
            WHEN node IN ('is_null', 'is_not_null') AND children[i] = 1 THEN
                kind[i] := 'boolean';
                t[i] := CASE node WHEN 'is_null' THEN u[a] ELSE t[a] OR f[a] END;
                f[i] := CASE node WHEN 'is_null' THEN t[a] OR f[a] ELSE u[a] END;
                u[i] := false;
                e[i] := e[a];
                IF op[a] = 'ref' AND NOT u[a] THEN
                    RETURN QUERY VALUES ('warning', at[i], CASE node WHEN 'is_null' THEN 'never_true' ELSE 'always_true' END, format('%s is never null', name[a]));
                END IF;
            WHEN node IN ('===', '!==') THEN
                kind[i] := 'boolean';
                u[i] := false;
                e[i] := e[a] OR e[last];
            WHEN node IN ('<', '<=', '>', '>=', 'between', 'iff', 'xor') THEN
                kind[i] := 'boolean';
                u[i] := false;
                e[i] := false;
                FOR c IN a..last LOOP
                    u[i] := u[i] OR u[c];
                    e[i] := e[i] OR e[c];
                END LOOP;
                IF node = 'between' AND lo[a + 1] > hi[last] THEN
                    t[i] := false;
                    RETURN QUERY VALUES ('warning', at[i], 'never_true', format('nothing lies between %s and %s: the lower bound comes first', word[a + 1], word[last]));
                END IF;
            WHEN node = 'coalesce' THEN
                kind[i] := kind[a];
                e[i] := false;
                lo[i] := lo[a];
                hi[i] := hi[a];
                FOR c IN a..last LOOP
                    u[i] := u[i] AND u[c];
                    e[i] := e[i] OR e[c];
                    lo[i] := CASE WHEN lo[c] IS NOT NULL THEN least(lo[i], lo[c]) + 0 * lo[i] END;
                    hi[i] := CASE WHEN hi[c] IS NOT NULL THEN greatest(hi[i], hi[c]) + 0 * hi[i] END;
                END LOOP;
            WHEN children[i] > 0 AND NOT (node IN ('min', 'max') AND at[a] ~ '/(in|where|of)$') AND node IN ('min', 'max', 'abs', '+', '-', '*', '/', '%', 'neg', 'floor', 'ceil', 'round') THEN
                kind[i] := 'number';
                u[i] := false;
                e[i] := node IN ('/', '%');
                FOR c IN a..last LOOP
                    -- dates and durations have other bounds
                    IF kind[c] IS DISTINCT FROM 'number' THEN
                        kind[i] := NULL;
                    END IF;
                    u[i] := u[i] OR u[c];
                    e[i] := e[i] OR e[c];
                END LOOP;
                IF kind[i] IS NULL THEN
                    u[i] := true;
                    e[i] := true;
                ELSIF node = '+' AND children[i] = 2 THEN
                    lo[i] := lo[a] + lo[last];
                    hi[i] := hi[a] + hi[last];
                ELSIF node = '-' AND children[i] = 2 THEN
                    lo[i] := lo[a] - hi[last];
                    hi[i] := hi[a] - lo[last];
                ELSIF node = '*' AND children[i] = 2 AND lo[a] >= 0 AND lo[last] >= 0 THEN
                    lo[i] := lo[a] * lo[last];
                    hi[i] := hi[a] * hi[last];
                ELSIF node = 'abs' THEN
                    lo[i] := 0;
                END IF;
            WHEN node IN ('count', 'count_distinct', 'sum', 'avg', 'lookup', 'exists', 'forall', 'exists_one') THEN
                -- over rows or a list: a null list leaves it unknown
                kind[i] := CASE WHEN node IN ('exists', 'forall', 'exists_one') THEN 'boolean' WHEN node <> 'lookup' THEN 'number' END;
                lo[i] := CASE WHEN node IN ('count', 'count_distinct') THEN 0 END;
                u[i] := node IN ('lookup', 'avg');
                e[i] := node IN ('lookup', 'avg');
                FOR c IN a..last LOOP
                    e[i] := e[i] OR e[c];
                    IF at[c] LIKE '%/where' THEN
                        IF NOT t[c] THEN
                            RETURN QUERY VALUES ('warning', at[c], 'never_true', 'no row is ever selected: this condition is never true');
                            t[i] := node = 'forall';
                            f[i] := node <> 'forall';
                            u[i] := node IN ('lookup', 'min', 'max', 'avg');
                            e[i] := e[c];
                            EXIT;
                        END IF;
                    ELSIF at[c] LIKE '%/satisfies' THEN
                        u[i] := u[i] OR u[c];
                        IF NOT t[c] AND node <> 'forall' THEN
                            t[i] := false;
                        ELSIF NOT f[c] AND NOT u[c] AND NOT e[c] AND node = 'forall' THEN
                            f[i] := false;
                        END IF;
                    ELSE
                        u[i] := u[i] OR (u[c] AND node <> 'count') OR at[c] LIKE '%/in';
                        e[i] := e[i] OR at[c] LIKE '%/in';
                    END IF;
                END LOOP;
            ELSE
                NULL;
        END CASE;
    END LOOP;

    IF holds[1] IS NOT NULL AND unknown[1] IS NULL THEN
        NULL;
    ELSIF NOT t[1] AND NOT f[1] THEN
        RETURN QUERY VALUES ('warning', '', 'always_unknown', 'the condition is unknown for every row');
    ELSIF NOT t[1] THEN
        RETURN QUERY VALUES ('warning', '', 'never_true', 'the condition is true for no row: a rule that requires it refuses every write');
    ELSIF NOT f[1] AND NOT u[1] AND NOT e[1] THEN
        RETURN QUERY VALUES ('warning', '', 'always_true', 'the condition is true for every row: a rule that requires it refuses nothing');
    END IF;

    IF u[1] THEN
        RETURN QUERY SELECT n.* FROM erp.rule_lint_nulls(parent, first_child, at, op, name, value, fact) AS n;
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.rule_lint_values(int[], int[], int[], text[], text[], text[], jsonb[], jsonb[], boolean[], boolean[], boolean[], name) IS
'What holds of the values and verdicts of a rule for every row: constant verdicts, impossible constants, contradictions.';
ALTER FUNCTION erp.rule_lint_values(int[], int[], int[], text[], text[], text[], jsonb[], jsonb[], boolean[], boolean[], boolean[], name) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_lint_values(int[], int[], int[], text[], text[], text[], jsonb[], jsonb[], boolean[], boolean[], boolean[], name) FROM PUBLIC;
