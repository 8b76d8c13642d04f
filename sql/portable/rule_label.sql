CREATE OR REPLACE FUNCTION erp.rule_label(
    op text,
    args jsonb
)
RETURNS text
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
WITH labels AS (
    -- An infix operand that is itself infix takes parentheses; names, literals and calls do not.
    SELECT
        arg.ordinality AS n,
        arg.value ->> 'label' AS bare,
        CASE
            WHEN arg.value ->> 'op' IN (
                'and', 'or', 'xor', 'iff', 'implies', 'not', '==', '!=', '===', '!==', '<', '<=', '>', '>=',
                'between', 'in', 'like', 'is_null', 'is_not_null', '+', '-', '*', '/', '%'
            ) OR (arg.value ? 'source' AND arg.value ->> 'op' IN ('exists', 'forall', 'exists_one')) THEN '(' || (arg.value ->> 'label') || ')'
            ELSE arg.value ->> 'label'
        END AS wrapped
    FROM jsonb_array_elements(args) WITH ORDINALITY AS arg
)
SELECT CASE
    WHEN op = 'not' THEN 'not ' || min(wrapped)
    WHEN op IN ('is_null', 'is_not_null') THEN min(wrapped) || ' ' || replace(op, '_', ' ')
    WHEN op = 'between' THEN
        format(
            '%s between %s and %s',
            min(wrapped) FILTER (WHERE n = 1),
            min(wrapped) FILTER (WHERE n = 2),
            min(wrapped) FILTER (WHERE n = 3)
        )
    WHEN op IN ('-', '+') AND count(*) = 1 THEN op || min(wrapped)
    WHEN op IN ('date', 'timestamp', 'timestamptz', 'uuid') AND args @> '[{"type": "quoted"}]' AND count(*) = 1 THEN op || ' ' || min(bare)
    WHEN op IN (
        'and', 'or', 'xor', 'iff', 'implies', '==', '!=', '===', '!==', '<', '<=', '>', '>=', 'in', 'like', '+', '-', '*', '/', '%'
    ) THEN string_agg(wrapped, ' ' || op || ' ' ORDER BY n)
    ELSE CASE op WHEN 'list' THEN '' ELSE op END || '(' || string_agg(bare, ', ' ORDER BY n) || ')'
END
FROM labels
$$;

COMMENT ON FUNCTION erp.rule_label(text, jsonb) IS 'A rule node as infix text for traces and refusals.';

ALTER FUNCTION erp.rule_label(text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_label(text, jsonb) FROM PUBLIC;
