-- The query over a statement's transition tables. PostgreSQL adds the row before and the row after in one step, so both are
-- in one order. Cast to the table's own row type: a transition table's row has none.
CREATE OR REPLACE FUNCTION erp.rule_pairs(
    relation regclass,
    operation text
)
RETURNS text
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format(
        CASE operation
            WHEN 'INSERT' THEN 'SELECT NULL::jsonb AS before, erp.rule_record(%2$s, ROW(a.*)::%1$s) AS after FROM after_rows AS a'
            WHEN 'DELETE' THEN 'SELECT erp.rule_record(%2$s, ROW(b.*)::%1$s) AS before, NULL::jsonb AS after FROM before_rows AS b'
            ELSE 'SELECT erp.rule_record(%2$s, b.image) AS before, erp.rule_record(%2$s, a.image) AS after
                FROM (SELECT row_number() OVER () AS n, ROW(r.*)::%1$s AS image FROM before_rows AS r) AS b
                FULL JOIN (SELECT row_number() OVER () AS n, ROW(r.*)::%1$s AS image FROM after_rows AS r) AS a ON a.n = b.n
                ORDER BY b.n'
        END,
        relation, relation::oid
    )
$$;

COMMENT ON FUNCTION erp.rule_pairs(regclass, text) IS
'The query for the rows of a statement, before and after, as a statement gate reads them.';

ALTER FUNCTION erp.rule_pairs(regclass, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_pairs(regclass, text) FROM PUBLIC;
