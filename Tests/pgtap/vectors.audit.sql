-- The audit format by its published vectors: values, images, leaves, chain, tree. The outside verifier reads the same file.
BEGIN;
\set vectors `cat Tests/vectors/audit.jsonl`
CREATE TEMP TABLE vectors ON COMMIT DROP AS
SELECT
    line.ordinality,
    line.value::jsonb AS vector
FROM regexp_split_to_table(:'vectors', E'\n') WITH ORDINALITY AS line (value, ordinality)
WHERE btrim(line.value) <> '';
SELECT plan((SELECT count(*)::int FROM vectors) + 2);
-- Settings of the session have no say.
SET LOCAL DateStyle = 'German';
SET LOCAL TimeZone = 'Asia/Tokyo';
SET LOCAL IntervalStyle = 'iso_8601';
SET LOCAL extra_float_digits = -5;
SET LOCAL search_path = erp, public, tap;

-- The image of a row of columns given as [{type, text}].
CREATE FUNCTION pg_temp.image(columns jsonb)
RETURNS bytea
LANGUAGE plpgsql
AS $$
DECLARE
    answer bytea;
BEGIN
    EXECUTE (SELECT format('CREATE TEMP TABLE tap_row (%s)', string_agg(format('c%s %s', n, c ->> 'type'), ', ' ORDER BY n))
        FROM jsonb_array_elements(columns) WITH ORDINALITY AS e (c, n));
    EXECUTE (SELECT format('INSERT INTO pg_temp.tap_row VALUES (%s)', string_agg(quote_nullable(c ->> 'text'), ', ' ORDER BY n))
        FROM jsonb_array_elements(columns) WITH ORDINALITY AS e (c, n));
    EXECUTE 'SELECT erp.audit_image(r) FROM pg_temp.tap_row AS r' INTO answer;
    DROP TABLE pg_temp.tap_row;
    RETURN answer;
END
$$;
CREATE FUNCTION pg_temp.leaf(f jsonb)
RETURNS bytea
LANGUAGE sql
AS $$
    SELECT erp.audit_leaf(
        (f ->> 'ledger')::uuid, (f ->> 'system')::bigint, (f ->> 'xid')::xid8, (f ->> 'leaf')::bigint, f ->> 'kind', f ->> 'table',
        f ->> 'key', f ->> 'operation', decode(f ->> 'layout', 'hex'), (f ->> 'previous')::bigint, decode(f ->> 'payload', 'hex'),
        f ->> 'session_user', f ->> 'current_user', (f ->> 'agent')::bigint, (f ->> 'rules')::bigint,
        (f ->> 'claimed_at')::timestamptz, f ->> 'outcome')
$$;
CREATE FUNCTION pg_temp.layout_hash(p_table text, columns jsonb)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    made bigint;
BEGIN
    EXECUTE (SELECT format('CREATE TABLE %s (%s)', p_table, string_agg(format('%I %s', c ->> 0, c ->> 1), ', ' ORDER BY n))
        FROM jsonb_array_elements(columns) WITH ORDINALITY AS e (c, n));
    made := erp.audit_layout(p_table::regclass);
    RETURN (SELECT encode(layout_hash, 'hex') FROM erp.audit_layouts WHERE layout_id = made);
END
$$;
CREATE FUNCTION pg_temp.outcome(vector jsonb)
RETURNS text
LANGUAGE sql
AS $$
    SELECT CASE
        WHEN vector ? 'value' THEN substr(encode(pg_temp.image(jsonb_build_array(vector -> 'value')), 'hex'), 11)
        WHEN vector ? 'image' THEN encode(pg_temp.image(vector -> 'image'), 'hex')
        WHEN vector ? 'layout' THEN pg_temp.layout_hash(vector #>> '{layout,table}', vector #> '{layout,columns}')
        WHEN vector ? 'payload' THEN encode(sha256(decode(vector #>> '{payload,salt}', 'hex') || decode(vector #>> '{payload,payload}', 'hex')), 'hex')
        WHEN vector ? 'leaf' THEN encode(pg_temp.leaf(vector -> 'leaf'), 'hex') || ' '
            || encode(sha256('\x00'::bytea || pg_temp.leaf(vector -> 'leaf')), 'hex')
        WHEN vector ? 'row' THEN (SELECT encode(x.row_hashes[1], 'hex')
            FROM erp.audit_extend(0, decode(vector #>> '{row,previous}', 'hex'), '', ARRAY[decode(vector #>> '{row,leaf}', 'hex')]) AS x)
        WHEN vector ? 'tree' THEN (SELECT encode(x.frontier, 'hex') || ' ' || encode(x.root, 'hex')
            FROM erp.audit_extend(0, decode(repeat('00', 32), 'hex'), '',
                ARRAY(SELECT decode(e, 'hex') FROM jsonb_array_elements_text(vector -> 'tree') AS e)) AS x)
    END
$$;
SELECT cmp_ok((SELECT count(*) FROM vectors), '>=', 30::bigint, 'thirty vectors or more are published');
SELECT is(
    pg_temp.outcome(vector),
    concat_ws(' ', vector ->> 'hex', vector ->> 'hash', vector ->> 'frontier', vector ->> 'root'),
    format('line %s: %s', ordinality, vector ->> 'name'))
FROM vectors
ORDER BY ordinality;
-- A tree grown in two steps is the tree grown in one.
SELECT is(
    (SELECT encode(b.root, 'hex')
    FROM (SELECT array_agg(decode(e, 'hex') ORDER BY n) AS leaves
        FROM vectors, jsonb_array_elements_text(vector -> 'tree') WITH ORDINALITY AS t (e, n) WHERE vector ->> 'name' = 'tree of 19') AS v
    CROSS JOIN LATERAL erp.audit_extend(0, decode(repeat('00', 32), 'hex'), '', v.leaves[1:11]) AS a
    CROSS JOIN LATERAL erp.audit_extend(11, a.row_hashes[11], a.frontier, v.leaves[12:19]) AS b),
    (SELECT vector ->> 'root' FROM vectors WHERE vector ->> 'name' = 'tree of 19'),
    'a tree grows in steps');
SELECT * FROM finish();
ROLLBACK;
