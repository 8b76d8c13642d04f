-- The closed list of rule operators: every accepted spelling, what it stands for, and how many arguments it takes.
CREATE OR REPLACE FUNCTION erp.rule_operators()
RETURNS TABLE (
    spelling text,
    op text,
    class text,
    min_args int,
    max_args int
)
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
    ('and', 'and', 'logical', 1, NULL),
    ('or', 'or', 'logical', 1, NULL),
    ('not', 'not', 'logical', 1, 1),
    ('!', 'not', 'logical', 1, 1),
    ('implies', 'implies', 'logical', 2, 2),
    ('iff', 'iff', 'logical', 2, 2),
    ('xor', 'xor', 'logical', 2, NULL),
    ('if', 'if', 'conditional', 2, NULL),
    ('==', '==', 'comparison', 2, 2),
    ('=', '==', 'comparison', 2, 2),
    ('!=', '!=', 'comparison', 2, 2),
    ('<>', '!=', 'comparison', 2, 2),
    ('===', '===', 'comparison', 2, 2),
    ('!==', '!==', 'comparison', 2, 2),
    ('<', '<', 'comparison', 2, 3),
    ('<=', '<=', 'comparison', 2, 3),
    ('>', '>', 'comparison', 2, 3),
    ('>=', '>=', 'comparison', 2, 3),
    ('between', 'between', 'comparison', 3, 3),
    ('in', 'in', 'comparison', 2, 2),
    ('is_null', 'is_null', 'comparison', 1, 1),
    ('is_not_null', 'is_not_null', 'comparison', 1, 1),
    ('+', '+', 'arithmetic', 1, NULL),
    ('-', '-', 'arithmetic', 1, NULL),
    ('*', '*', 'arithmetic', 1, NULL),
    ('/', '/', 'arithmetic', 2, NULL),
    ('%', '%', 'arithmetic', 2, 2),
    ('min', 'min', 'arithmetic', 1, NULL),
    ('max', 'max', 'arithmetic', 1, NULL),
    ('abs', 'abs', 'arithmetic', 1, 1),
    ('coalesce', 'coalesce', 'conditional', 1, NULL),
    ('??', 'coalesce', 'conditional', 1, NULL)
$$;

COMMENT ON FUNCTION erp.rule_operators() IS 'The operators of the rule language with their synonyms, class and arity.';

ALTER FUNCTION erp.rule_operators() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_operators() FROM PUBLIC;
