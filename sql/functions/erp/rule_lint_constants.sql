-- Comparisons of a name with a constant, by far the most of any rule, judged all at once from what the catalogue promises of the
-- name: which can hold and which can fail (one row each), and what several joined by `and` or `or` leave of a name: in an `and` nothing,
-- so it is never true, in an `or` everything, so it is always true. An `or` is judged by what it excludes.
CREATE OR REPLACE FUNCTION erp.rule_lint_constants(
    parent int[],
    first_child int[],
    at text[],
    op text[],
    name text[],
    value jsonb[],
    fact jsonb[],
    reader name
)
RETURNS TABLE (
    node int,
    holds boolean,
    fails boolean,
    is_nullable boolean,
    path text,
    code text,
    message text
)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
-- the planner cannot know how many nodes there are
SET enable_nestloop = off
AS $function$
#variable_conflict use_column
BEGIN
    -- in PL/pgSQL only for the plan that it keeps
    RETURN QUERY
    WITH nodes AS MATERIALIZED (
        SELECT n.*
        FROM unnest(
            rule_lint_constants.parent, rule_lint_constants.first_child, rule_lint_constants.at, rule_lint_constants.op, rule_lint_constants.name,
            rule_lint_constants.value, rule_lint_constants.fact
        ) WITH ORDINALITY AS n (parent, first_child, at, op, name, value, fact, i)
    ),
    compared AS (
        SELECT
            n.i,
            n.at,
            n.parent AS joined,
            p.op AS joint,
            p.at AS joint_at,
            named.name AS who,
            named.fact,
            constant.at AS constant_at,
            constant.value #>> '{}' AS word,
            CASE WHEN a.op = 'ref' THEN n.op ELSE translate(n.op, '<>', '><') END AS said,
            CASE
                WHEN jsonb_typeof(constant.value) = 'number' OR (named.fact ->> 'type' = 'number' AND constant.value #>> '{}' ~ '^[+-]?[0-9]+([.][0-9]+)?$') THEN (constant.value #>> '{}')::numeric
                WHEN named.fact ->> 'type' NOT IN ('date', 'timestamp', 'timestamptz') THEN NULL
                WHEN constant.value #>> '{}' !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' THEN NULL
                WHEN named.fact ->> 'type' = 'timestamptz' THEN extract(EPOCH FROM (constant.value #>> '{}')::timestamptz)
                WHEN named.fact ? 'type' THEN extract(EPOCH FROM (constant.value #>> '{}')::timestamp)
            END AS bound,
            (named.fact ->> 'lo')::numeric AS lo,
            (named.fact ->> 'hi')::numeric AS hi,
            coalesce((named.fact ->> 'lo_open')::boolean, false) AS lo_open,
            coalesce((named.fact ->> 'hi_open')::boolean, false) AS hi_open,
            CASE WHEN n.op IN ('==', '!=') AND named.fact ?| '{values,longest,referenced}' AND named.fact ->> 'type' = 'text' THEN named.fact END AS texts_of
        FROM nodes AS n
        JOIN nodes AS a ON a.i = n.first_child
        JOIN nodes AS b ON b.i = n.first_child + 1
        LEFT JOIN nodes AS p ON p.i = n.parent AND p.op IN ('and', 'or')
        CROSS JOIN LATERAL (SELECT CASE a.op WHEN 'ref' THEN a.name ELSE b.name END AS name, CASE a.op WHEN 'ref' THEN a.fact ELSE b.fact END AS fact) AS named
        CROSS JOIN LATERAL (SELECT CASE a.op WHEN 'ref' THEN b.at ELSE a.at END AS at, CASE a.op WHEN 'ref' THEN b.value ELSE a.value END AS value) AS constant
        WHERE n.op IN ('==', '!=', '<', '<=', '>', '>=')
        AND (a.op, b.op) IN (('ref', 'literal'), ('literal', 'ref'))
        AND jsonb_typeof(constant.value) <> 'null'
        AND b.parent = n.i
    ),
    texts AS (
        SELECT d.*, erp.rule_impossible_text(d.fact, d.word, reader) AS reason
        FROM (
            SELECT DISTINCT c.texts_of AS fact, c.word
            FROM compared AS c
            WHERE c.texts_of IS NOT NULL
        ) AS d
    ),
    judged AS (
        SELECT
            c.*,
            t.reason,
            coalesce(c.lo < c.bound, true) AS can_less,
            coalesce(c.hi > c.bound, true) AS can_more,
            t.reason IS NULL AND NOT coalesce(c.lo > c.bound OR c.hi < c.bound OR (c.lo = c.bound AND c.lo_open) OR (c.hi = c.bound AND c.hi_open), false) AS can_same,
            NOT coalesce(c.lo = c.hi AND c.lo = c.bound, false) AS can_other
        FROM compared AS c
        LEFT JOIN texts AS t ON t.fact = c.texts_of AND t.word = c.word
    ),
    verdicts AS (
        SELECT
            j.*,
            CASE j.said
                WHEN '==' THEN j.can_same
                WHEN '!=' THEN j.can_other
                WHEN '<' THEN j.can_less
                WHEN '<=' THEN j.can_less OR j.can_same
                WHEN '>' THEN j.can_more
                ELSE j.can_more OR j.can_same
            END AS holds,
            CASE j.said
                WHEN '==' THEN j.can_other
                WHEN '!=' THEN j.can_same
                WHEN '<' THEN j.can_more OR j.can_same
                WHEN '<=' THEN j.can_more
                WHEN '>' THEN j.can_less OR j.can_same
                ELSE j.can_less
            END AS fails,
            CASE j.joint
                WHEN 'and' THEN j.said
                WHEN 'or' THEN ('{"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}'::jsonb) ->> j.said
            END AS asks
        FROM judged AS j
    ),
    placed AS (
        SELECT
            v.*,
            count(*) OVER (PARTITION BY v.joined, v.who) AS together,
            row_number() OVER (
                PARTITION BY v.joined, v.who, left(v.asks, 1)
                ORDER BY CASE left(v.asks, 1) WHEN '>' THEN -v.bound ELSE v.bound END, length(v.asks), v.i
            ) AS tightness
        FROM verdicts AS v
        WHERE v.asks IS NOT NULL
    ),
    ranges AS (
        SELECT
            p.joined,
            p.who,
            p.joint,
            p.joint_at,
            max(ARRAY[p.bound, (p.asks = '>')::int]) FILTER (WHERE p.asks IN ('>', '>=', '==') AND p.bound IS NOT NULL) AS lo,
            min(ARRAY[p.bound, -(p.asks = '<')::int]) FILTER (WHERE p.asks IN ('<', '<=', '==') AND p.bound IS NOT NULL) AS hi,
            array_agg(DISTINCT p.word) FILTER (WHERE p.asks = '==') AS must,
            array_agg(p.word) FILTER (WHERE p.asks = '!=') AS must_not,
            bool_or(p.bound IS NULL) AS by_word
        FROM placed AS p
        WHERE p.together > 1
        GROUP BY p.joined, p.who, p.joint, p.joint_at
    ),
    left_over AS (
        SELECT
            r.*,
            coalesce(r.lo[1] > r.hi[1] OR (r.lo[1] = r.hi[1] AND (r.lo[2] = 1 OR r.hi[2] = -1)), false)
            OR coalesce(r.by_word AND cardinality(r.must) > 1, false)
            OR coalesce(r.must && r.must_not, false) AS is_empty
        FROM ranges AS r
    )
    SELECT
        v.i::int,
        v.holds,
        v.fails,
        NOT coalesce((v.fact ->> 'not_null')::boolean, false),
        v.constant_at,
        CASE WHEN v.reason IS NOT NULL OR v.holds <> v.fails THEN 'impossible_value' END,
        CASE
            WHEN v.reason IS NOT NULL THEN format('%s %s', v.who, v.reason)
            WHEN v.holds <> v.fails THEN format(
                '%s %s %s is always %s: %s is %s%s%s', v.who, v.said, v.word, CASE WHEN v.holds THEN 'true' ELSE 'false' END, v.who,
                v.fact ->> 'spelled', ', ' || CASE WHEN v.lo_open THEN 'above ' ELSE 'from ' END || v.lo, CASE WHEN v.hi_open THEN ' below ' ELSE ' to ' END || v.hi
            )
        END
    FROM verdicts AS v
    UNION ALL
    SELECT
        l.joined::int,
        l.joint = 'or',
        l.joint = 'and',
        NULL,
        l.joint_at,
        CASE l.joint WHEN 'and' THEN 'never_true' ELSE 'always_true' END,
        format(CASE l.joint WHEN 'and' THEN 'no value of %s is all of this at once' ELSE 'every value of %s is one of these; did you mean and?' END, l.who)
    FROM left_over AS l
    WHERE l.is_empty
    UNION ALL
    SELECT
        NULL::int,
        NULL::boolean,
        NULL::boolean,
        NULL::boolean,
        p.at,
        'redundant',
        format('%s %s %s is not needed beside the other conditions on %1$s', p.who, p.said, p.word)
    FROM placed AS p
    JOIN left_over AS l ON l.joined = p.joined AND l.who = p.who
    WHERE NOT l.is_empty
    AND p.tightness > 1
    AND left(p.asks, 1) IN ('<', '>')
    AND p.bound IS NOT NULL;
END
$function$;
COMMENT ON FUNCTION erp.rule_lint_constants(int[], int[], text[], text[], text[], jsonb[], jsonb[], name) IS
'Whether comparisons of names with constants can hold and can fail, and contradictions and repetitions among them.';
ALTER FUNCTION erp.rule_lint_constants(int[], int[], text[], text[], text[], jsonb[], jsonb[], name) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_lint_constants(int[], int[], text[], text[], text[], jsonb[], jsonb[], name) FROM PUBLIC;
