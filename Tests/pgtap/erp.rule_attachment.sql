-- Whatever way a rule is written, an invariant is attached to every table that the engine says it reads.
BEGIN;
CREATE TABLE erp.att_lands (land_id int PRIMARY KEY, is_open boolean, name text);
CREATE TABLE erp.att_sites (site_id int PRIMARY KEY, is_cold boolean, land_id int REFERENCES erp.att_lands, room numeric);
CREATE TABLE erp.att_goods (good_id int PRIMARY KEY, site_id int REFERENCES erp.att_sites, amount numeric, doc jsonb);
CREATE TABLE erp.att_notes (note_id int PRIMARY KEY, good_id int, site_id int REFERENCES erp.att_sites, n numeric, tag text, doc jsonb);
ALTER TABLE erp.att_lands OWNER TO erp_owner;
ALTER TABLE erp.att_sites OWNER TO erp_owner;
ALTER TABLE erp.att_goods OWNER TO erp_owner;
ALTER TABLE erp.att_notes OWNER TO erp_owner;
INSERT INTO agent.constraints (rule_name, target_table, logic_ast, violation_message)
VALUES ('att_shared', 'erp.att_goods', '{"==": [{"var": "site_id.is_cold"}, true]}', 'warm');
CREATE TEMPORARY TABLE forms (form text, tables text, ast jsonb);
INSERT INTO forms VALUES
('var', 'lands,sites', '{"==": [{"var": "site_id.land_id.is_open"}, true]}'),
('var with a list', 'sites', '{"==": [{"var": ["new.site_id.is_cold"]}, true]}'),
('short nodes', 'sites', '{"op": "==", "left": {"field": "site_id.is_cold"}, "right": {"literal": true}}'),
('typed nodes by name', 'sites', '{"type": "comparison", "operator": "==", "left": {"type": "field", "name": "site_id.is_cold"}, "right": {"type": "literal", "value": true}}'),
('typed nodes by path', 'lands,sites', '{"type": "comparison", "operator": "==", "left": {"type": "field", "path": "site_id.land_id.is_open"}, "right": {"type": "literal", "value": true}}'),
('presence of a name', 'lands,sites', '{"exists": "site_id.land_id.name"}'),
('presence of names', 'lands,sites', '{"EXISTS": ["amount", "site_id.land_id.name"]}'),
('capital words', 'notes', '{"EXISTS": {"in": "erp.att_notes", "as": "n", "where": {"AND": [{"==": [{"var": "n.good_id"}, {"var": "good_id"}]}]}}}'),
('rows that are only counted', 'notes', '{"<=": [{"count": {"in": "erp.att_notes", "as": "n"}}, 3]}'),
('where with between', 'notes', '{"exists": {"in": "erp.att_notes", "as": "n", "where": {"between": [{"var": "n.n"}, 1, {"var": "amount"}]}}}'),
('where with in', 'notes', '{"exists": {"in": "erp.att_notes", "as": "n", "where": {"in": [{"var": "n.tag"}, ["a", "b"]]}}}'),
('a path in where', 'lands,notes,sites', '{"exists": {"in": "erp.att_notes", "as": "n", "where": {"==": [{"var": "n.site_id.land_id.is_open"}, true]}}}'),
('a path in satisfies', 'notes,sites', '{"forall": {"in": "erp.att_notes", "as": "n", "where": {"==": [{"var": "n.good_id"}, {"var": "good_id"}]}, "satisfies": {"==": [{"var": "n.site_id.is_cold"}, true]}}}'),
('a path of the row in where', 'notes,sites', '{"exists": {"in": "erp.att_notes", "as": "n", "where": {"<=": [{"var": "n.n"}, {"var": "site_id.room"}]}}}'),
('nested quantifiers', 'notes,sites', '{"forall": {"in": "erp.att_sites", "as": "s", "where": {"==": [{"var": "s.site_id"}, {"var": "site_id"}]}, "satisfies": {"exists": {"in": "erp.att_notes", "as": "n", "where": {"==": [{"var": "n.site_id"}, {"var": "s.site_id"}]}}}}}'),
('one alias twice', 'lands,notes', '{"exists": {"in": "erp.att_notes", "as": "e", "where": {"==": [{"var": "e.n"}, 1]}, "satisfies": {"exists": {"in": "erp.att_lands", "as": "e", "where": {"==": [{"var": "e.is_open"}, true]}}}}}'),
('an alias like a column', 'notes,sites', '{"and": [{"==": [{"var": "site_id.is_cold"}, true]}, {"exists": {"in": "erp.att_notes", "as": "site_id", "where": {"==": [{"var": "site_id.n"}, 1]}}}]}'),
('lookup', 'sites', '{"<=": [{"var": "amount"}, {"lookup": {"in": "erp.att_sites", "as": "s", "where": {"==": [{"var": "s.site_id"}, {"var": "site_id"}]}, "of": {"var": "s.room"}}}]}'),
('sum of its own table', 'goods', '{"<=": [{"sum": {"in": "erp.att_goods", "as": "g", "where": {"==": [{"var": "g.site_id"}, {"var": "site_id"}]}, "of": {"var": "g.amount"}}}, 9]}'),
('max over a path', 'notes,sites', '{"<=": [{"max": {"in": "erp.att_notes", "as": "n", "of": {"var": "n.site_id.room"}}}, 9]}'),
('a document of another table', 'notes', '{"exists": {"in": "erp.att_notes", "as": "n", "where": {"==": [{"var": "n.doc.of"}, "x"]}}}'),
('inside if and coalesce', 'notes,sites', '{"if": [{"var": "site_id.is_cold"}, {"<": [{"coalesce": [{"min": {"in": "erp.att_notes", "as": "n", "of": {"var": "n.n"}}}, 0]}, 5]}, true]}'),
('another rule', 'sites', '{"rule_ref": "att_shared"}'),
('another rule beside others', 'notes,sites', '{"and": [{"rule_ref": "att_shared"}, {"exists": {"in": "erp.att_notes", "as": "n", "satisfies": {">": [{"var": "n.n"}, 0]}}}]}'),
('lists of a document', NULL, '{"some": [{"var": "doc.lines"}, {">": [{"var": "qty"}, 0]}]}');
SELECT plan((SELECT 2 * count(*)::int FROM forms) + 2);

-- A trigger that is missing on a table, or that looks for other columns, is a miss.
CREATE FUNCTION pg_temp.missed(id bigint)
RETURNS text
LANGUAGE sql
AS $$
    SELECT string_agg(DISTINCT d.relation || '.' || d.column_name, ', ')
    FROM agent.constraint_dependencies AS d
    JOIN agent.constraints AS c USING (constraint_id)
    WHERE d.constraint_id = id
    AND d.via <> 'row'
    AND NOT EXISTS (
        SELECT
        FROM agent.constraint_reads AS r
        WHERE r.constraint_id = id
        AND r.relation = d.relation
        AND (
            d.column_name = ANY (r.columns || ''::name)
            -- the key that a path goes by: it cannot change while it is referred to
            OR r.kind = 'path' AND d.column_name IN (
                SELECT a.attname
                FROM pg_constraint AS k
                JOIN pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = ANY (k.confkey)
                WHERE k.confrelid = d.relation
            )
        )
        AND (
            c.kind <> 'invariant'
            OR EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = r.relation AND t.tgname = '_500_rule_invariant')
        )
    )
$$;
CREATE FUNCTION pg_temp.attached(written jsonb)
RETURNS TABLE (tables text, missed text)
LANGUAGE plpgsql
AS $$
DECLARE
    id bigint;
BEGIN
    DELETE FROM agent.constraints WHERE rule_name = 'att_rule';
    INSERT INTO agent.constraints (rule_name, target_table, kind, logic_ast, violation_message)
    VALUES ('att_rule', 'erp.att_goods', 'invariant', written, 'no') RETURNING constraint_id INTO id;
    RETURN QUERY
    SELECT
        (
            SELECT string_agg(DISTINCT replace(t.tgrelid::regclass::text, 'erp.att_', ''), ',')
            FROM pg_trigger AS t
            WHERE t.tgname = '_500_rule_invariant'
            AND t.tgrelid::regclass::text LIKE 'erp.att\_%'
        ),
        pg_temp.missed(id);
END
$$;
SELECT t.test
FROM forms AS f
CROSS JOIN LATERAL pg_temp.attached(f.ast) AS a
CROSS JOIN LATERAL (
    VALUES (is(a.tables, f.tables, f.form || ': the tables')), (is(a.missed, NULL, f.form || ': what the engine reads'))
) AS t (test);

-- a rule of statement triggers that one judged row may speak for others
SELECT pg_temp.attached('{"and": [{"exists": "amount"}, {"exists": {"in": "erp.att_notes", "as": "n", "where": {"==": [{"var": "n.site_id"}, {"var": "site_id"}]}}}]}');
SELECT is(
    (SELECT bool_or(r.any_row) FROM agent.constraint_reads AS r JOIN agent.constraints AS c USING (constraint_id) WHERE c.rule_name = 'att_rule'),
    false, 'no row speaks for the others when the rule reads more of it'
);
SELECT is((SELECT string_agg(c.rule_name || ': ' || pg_temp.missed(c.constraint_id), '; ') FROM agent.constraints AS c), NULL, 'nor does a seeded rule miss one');
SELECT * FROM finish();
ROLLBACK;
