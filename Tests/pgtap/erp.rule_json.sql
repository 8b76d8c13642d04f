-- JSON columns in rules: read as what their neighbours are, and refused (RP104) where they are something else.
BEGIN;
SELECT plan(44);

CREATE TABLE public.parcel_owners (owner_id int PRIMARY KEY, attributes jsonb);
CREATE TABLE public.json_parcels (
    parcel_id int PRIMARY KEY,
    owner_id int REFERENCES public.parcel_owners,
    weight numeric(9, 3),
    due date,
    sent timestamptz,
    doc jsonb,
    old_doc json
);
GRANT TRIGGER ON public.json_parcels TO erp_gate;
INSERT INTO public.parcel_owners VALUES (1, '{"vip": true, "limits": [5, 7.5]}'), (2, 'null'), (3, NULL);

-- The verdict over a record of the table, or the SQLSTATE.
CREATE FUNCTION pg_temp.verdict(ast jsonb, record jsonb)
RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN coalesce(erp.rule_evaluate(ast, record, '{}', 'public.json_parcels') ->> 'verdict', 'unknown');
EXCEPTION
    WHEN OTHERS THEN
        RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;

CREATE TEMP TABLE cases (name text, ast jsonb, record jsonb, wanted text);
INSERT INTO cases VALUES
    ('a number beside a number', '{"<=": [{"var": "weight"}, {"var": "doc.limit"}]}', '{"weight": 5, "doc": {"limit": 5.0}}', 'true'),
    ('a text is no number', '{"<=": [{"var": "weight"}, {"var": "doc.limit"}]}', '{"weight": 5, "doc": {"limit": "5"}}',
     'RP104 doc.limit is not a number'),
    ('JSON null is null', '{"<=": [{"var": "weight"}, {"var": "doc.limit"}]}', '{"weight": 5, "doc": {"limit": null}}', 'unknown'),
    ('an absent member is null', '{"<=": [{"var": "weight"}, {"var": "doc.limit"}]}', '{"weight": 5, "doc": {}}', 'unknown'),
    ('an absent document is null', '{"<=": [{"var": "weight"}, {"var": "doc.limit"}]}', '{"weight": 5}', 'unknown'),
    ('a path through a number is null', '{"is_null": [{"var": "doc.limit.low"}]}', '{"doc": {"limit": 5}}', 'true'),
    ('a quoted literal makes it a text', '{"==": [{"var": "doc.country"}, "DE"]}', '{"doc": {"country": "DE"}}', 'true'),
    ('a number is no text', '{"==": [{"var": "doc.country"}, "DE"]}', '{"doc": {"country": 5}}', 'RP104 doc.country is not a text'),
    ('a boolean condition', '{"var": "doc.fragile"}', '{"doc": {"fragile": true}}', 'true'),
    ('a text is no condition', '{"!": [{"var": "doc.fragile"}]}', '{"doc": {"fragile": "true"}}', 'RP104 doc.fragile is not a boolean'),
    ('two JSON values have no type', '{"==": [{"var": "doc.a"}, {"var": "doc.b"}]}', '{}', 'RP104 say which type'),
    ('a cast says which', '{"==": [{"number": {"var": "doc.a"}}, {"var": "doc.b"}]}', '{"doc": {"a": 1, "b": 1.0}}', 'true'),
    ('one name may be read as two types', '{"or": [{"==": [{"var": "doc.a"}, 1]}, {"==": [{"text": {"var": "doc.a"}}, "x"]}]}', '{"doc": {"a": "x"}}', 'true'),
    ('a date beside a date', '{"<=": [{"var": "due"}, {"var": "doc.due"}]}', '{"due": "2026-03-31", "doc": {"due": "2026-03-31"}}', 'true'),
    ('a date that is none', '{"<=": [{"var": "due"}, {"var": "doc.due"}]}', '{"due": "2026-03-31", "doc": {"due": "2026-02-30"}}', 'RP104 doc.due is not a date'),
    ('a moment without its zone', '{"<=": [{"var": "sent"}, {"var": "doc.at"}]}', '{"sent": "2026-03-31T00:00:00Z", "doc": {"at": "2026-03-31T00:00:00"}}',
     'RP104 doc.at is not a timestamptz'),
    ('a moment with its zone', '{"<=": [{"var": "sent"}, {"var": "doc.at"}]}', '{"sent": "2026-03-31T00:00:00Z", "doc": {"at": "2026-03-31T02:00:00+02:00"}}', 'true'),
    ('a list by its index', '{"==": [{"var": "doc.tags.1"}, "b"]}', '{"doc": {"tags": ["a", "b"]}}', 'true'),
    ('no index from the end', '{"is_null": [{"var": "doc.tags.-1"}]}', '{"doc": {"tags": ["a", "b"]}}', 'true'),
    ('a member may be called like a number', '{"==": [{"var": "doc.1"}, "b"]}', '{"doc": {"1": "b"}}', 'true'),
    ('an element of a list', '{"in": ["b", {"var": "doc.tags"}]}', '{"doc": {"tags": ["a", "b"]}}', 'true'),
    ('an element of no list', '{"in": ["b", {"var": "doc.tags"}]}', '{"doc": {"tags": "ab"}}', 'RP104 doc.tags is not a list'),
    ('a date in a list of texts', '{"in": [{"var": "due"}, {"var": "doc.days"}]}', '{"due": "2026-03-31", "doc": {"days": ["x", 5, "2026-03-31"]}}', 'true'),
    ('the length of a list', '{"==": [{"length": [{"var": "doc.tags"}]}, 2]}', '{"doc": {"tags": ["a", "b"]}}', 'true'),
    ('the length of no list', '{"==": [{"length": [{"var": "doc.tags"}]}, 2]}', '{"doc": {"tags": "ab"}}', 'RP104 doc.tags is not a list'),
    ('the length of what is called a text', '{"==": [{"length": [{"text": {"var": "doc.tags"}}]}, 2]}', '{"doc": {"tags": "ab"}}', 'true'),
    ('nothing in a list', '{"!!": [{"var": "doc.tags"}]}', '{"doc": {"tags": []}}', 'false'),
    ('whether there is anything of a number', '{"!!": [{"number": {"var": "doc.n"}}]}', '{"doc": {"n": 0.0}}', 'false'),
    ('whether there is anything of no list', '{"!!": [{"var": "doc.n"}]}', '{"doc": {"n": 1}}', 'RP104 doc.n is not a list'),
    ('a column of type json', '{"==": [{"var": "old_doc.a"}, 1]}', '{"old_doc": {"a": 1}}', 'true'),
    ('the document behind a foreign key', '{"var": "owner_id.attributes.vip"}', '{"owner_id": 1}', 'true'),
    ('a list behind a foreign key', '{"==": [{"var": "owner_id.attributes.limits.1"}, 7.5]}', '{"owner_id": 1}', 'true'),
    ('a document that is JSON null', '{"is_null": [{"var": "owner_id.attributes"}]}', '{"owner_id": 2}', 'true'),
    ('a document that is NULL', '{"is_null": [{"var": "owner_id.attributes.vip"}]}', '{"owner_id": 3}', 'true');

SELECT is(pg_temp.verdict(ast, record), wanted, name) FROM cases;

INSERT INTO erp_agent_constraints (rule_name, target_table, logic_ast, violation_message)
VALUES ('light', 'public.json_parcels', '{"<=": [{"var": "doc.weight"}, 5]}', 'too heavy');
SELECT lives_ok($$INSERT INTO public.json_parcels (parcel_id, doc) VALUES (1, '{"weight": 5}')$$, 'a document that fits passes the gate');
SELECT throws_ok(
    $$INSERT INTO public.json_parcels (parcel_id, doc) VALUES (2, '{"weight": "5"}')$$, 'RP104', 'light: doc.weight is not a number',
    'a document of another shape is refused with its own code'
);
SELECT throws_ok(
    $$INSERT INTO public.json_parcels (parcel_id, doc) VALUES (3, '{"weight": 5.1}')$$, 'RP110', 'too heavy', 'a document that breaks the rule is refused'
);

-- What is null is named, not what was asked of it.
CREATE FUNCTION pg_temp.unknown(ast jsonb, document jsonb)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    detail text;
BEGIN
    UPDATE erp_agent_constraints SET logic_ast = ast WHERE rule_name = 'light';
    INSERT INTO public.json_parcels (parcel_id, doc) VALUES (4, document);
    RETURN 'passed';
EXCEPTION
    WHEN SQLSTATE 'RP111' THEN
        GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
        RETURN SQLERRM || ' ' || (detail::jsonb ->> 'unknown');
END
$$;
SELECT is(pg_temp.unknown(ast, document), format('cannot be established: %s is null ["%1$s"]', wanted), name) FROM (VALUES
    ('a sum over no list', '{"<=": [{"sum": {"in": {"var": "doc.lines"}, "as": "l", "of": {"var": "l.qty"}}}, 5]}'::jsonb, '{}'::jsonb, 'doc.lines'),
    ('a sum over a line without its value', '{"<=": [{"sum": {"in": {"var": "doc.lines"}, "as": "l", "of": {"var": "l.qty"}}}, 5]}', '{"lines": [{}]}', 'l.qty'),
    ('a quantifier over no list', '{"all": [{"var": "doc.lines"}, {">": [{"var": "qty"}, 0]}]}', '{}', 'doc.lines'),
    ('a quantifier over no document', '{"forall": {"in": {"var": "doc.lines"}, "as": "l", "satisfies": {">": [{"var": "l.qty"}, 0]}}}', NULL, 'doc.lines'),
    ('a filter of no list', '{"<": [{"length": [{"filter": [{"var": "doc.lines"}, {">": [{"var": "qty"}, 0]}]}]}, 3]}', '{}', 'doc.lines'),
    ('a search in no list', '{"in": [3, {"filter": [{"var": "doc.lines"}, {">": [{"var": ""}, 0]}]}]}', '{"lines": null}', 'doc.lines'),
    ('a reduction of no list', '{"<": [{"reduce": [{"var": "doc.lines"}, {"+": [{"var": "accumulator"}, {"var": "current"}]}, 0]}, 3]}', '{}', 'doc.lines')
) AS v (name, ast, document, wanted);

SELECT finish();
ROLLBACK;
