-- The cases shared with `swift test`: both engines give the same verdict or the same error. Run from the project root.
BEGIN;
\set vectors `cat Tests/vectors/relations.jsonl`

CREATE TEMP TABLE vectors ON COMMIT DROP AS
SELECT
    line.ordinality,
    line.value::jsonb AS vector
FROM regexp_split_to_table(:'vectors', E'\n') WITH ORDINALITY AS line (value, ordinality)
WHERE btrim(line.value) <> '';

CREATE FUNCTION pg_temp.outcome(vector jsonb)
RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN coalesce(
        erp.rule_evaluate(vector -> 'ast', vector -> 'record', coalesce(vector -> 'context', '{}')) ->> 'verdict',
        'unknown'
    );
EXCEPTION
    WHEN OTHERS THEN
        RETURN SQLSTATE;
END
$$;

SELECT plan((SELECT count(*)::int FROM vectors) + 1);

SELECT cmp_ok((SELECT count(*) FROM vectors), '>=', 100::bigint, 'the vectors are there');
SELECT is(
    pg_temp.outcome(vector),
    coalesce(vector ->> 'error', vector ->> 'verdict', 'unknown'),
    format('line %s: %s', ordinality, vector ->> 'name')
)
FROM vectors
ORDER BY ordinality;

SELECT finish();
ROLLBACK;
