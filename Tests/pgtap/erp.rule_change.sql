-- What a refusal says would have passed: the smallest change of one value of the row, judged by the whole rule.
BEGIN;
SELECT plan(37);

CREATE TYPE erp.tap_size AS ENUM ('small', 'large');
CREATE TABLE erp.tap_sizes (size_id int PRIMARY KEY, most numeric(9, 3));
CREATE TABLE erp.tap_parcels (
    parcel_id bigint GENERATED ALWAYS AS IDENTITY,
    weight numeric(9, 3),
    fragile boolean,
    carrier varchar(4),
    size erp.tap_size,
    size_id int REFERENCES erp.tap_sizes,
    due date,
    at timestamptz,
    quantity smallint,
    price numeric,
    doubled numeric GENERATED ALWAYS AS (price * 2) STORED,
    doc jsonb
);
ALTER TABLE erp.tap_parcels OWNER TO erp_owner;
ALTER TABLE erp.tap_sizes OWNER TO erp_owner;
INSERT INTO erp.tap_sizes VALUES (1, 5), (9, 50);

-- The change that the refusal of a row by the rule in force tells, or its HINT, or 'passed'.
CREATE FUNCTION pg_temp.written(image jsonb, wanted text DEFAULT 'change')
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    detail text;
    hint text;
BEGIN
    INSERT INTO erp.tap_parcels (weight, fragile, carrier, size, size_id, due, at, quantity, price, doc)
    SELECT weight, fragile, carrier, size, size_id, due, at, quantity, price, doc
    FROM jsonb_populate_record(NULL::erp.tap_parcels, image);
    RETURN 'passed';
EXCEPTION
    WHEN SQLSTATE 'RP110' THEN
        GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
        RETURN CASE wanted
            WHEN 'hint' THEN hint
            ELSE (detail::jsonb -> 'change' ->> 'field') || ' = ' || (detail::jsonb -> 'change' ->> 'to')
        END;
END
$$;

-- The same by a rule of its own.
CREATE FUNCTION pg_temp.refused(ast jsonb, image jsonb, polarity text DEFAULT 'require', wanted text DEFAULT 'change')
RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    DELETE FROM agent.constraints WHERE target_table = 'erp.tap_parcels';
    INSERT INTO agent.constraints (rule_name, target_table, logic_ast, violation_message, polarity)
    VALUES ('tap_rule', 'erp.tap_parcels', ast, 'tap rule is broken', polarity);
    RETURN pg_temp.written(image, wanted);
END
$$;

SELECT is(
    pg_temp.refused('{"implies": [{"var": "fragile"}, {"<=": [{"var": "weight"}, 5]}]}', '{"weight": 7.5, "fragile": true}', wanted => 'hint'),
    'needs: weight <= 5 (off by 2.500); weight = 5.000 would pass', 'the hint says what would have passed'
);
SELECT is(pg_temp.refused('{"<=": [{"var": "weight"}, 5]}', '{"weight": 5}'), 'passed', 'the boundary passes');
SELECT is(pg_temp.refused('{"<": [{"var": "weight"}, 5]}', '{"weight": 5}'), 'weight = 4.999', 'a strict comparison needs one unit more');
SELECT is(pg_temp.refused('{">": [{"var": "quantity"}, 3]}', '{"quantity": -2}'), 'quantity = 4', 'integers have units of 1');
SELECT is(pg_temp.refused('{"<=": [{"*": [{"var": "price"}, 3]}, 10.00]}', '{"price": 4.999}'), 'price = 3.333', 'unconstrained numbers have the operands'' scale');
SELECT is(
    pg_temp.refused('{"<": [{"*": [{"var": "weight"}, {"var": "quantity"}]}, 100]}', '{"weight": 7.5, "quantity": 20}'),
    'weight = 4.999', 'of two columns the smaller change is told'
);
SELECT is(
    pg_temp.refused('{"<=": [{"+": [{"var": "weight"}, {"var": "quantity"}]}, 10]}', '{"weight": 7, "quantity": 5}'),
    'weight = 5.000', 'of equal changes the first column''s'
);
SELECT is(pg_temp.refused('{">": [{"var": "due"}, {"date": "2026-01-31"}]}', '{"due": "2025-12-24"}'), 'due = 2026-02-01', 'dates have units of a day');
SELECT is(
    pg_temp.refused('{"<=": [{"date_add": [{"var": "due"}, {"var": "quantity"}, "day"]}, {"date": "2026-01-31"}]}', '{"due": "2026-01-24", "quantity": 10}'),
    'due = 2026-01-21', 'a day and a number weigh the same'
);
SELECT is(
    (pg_temp.refused('{"<": [{"var": "at"}, {"timestamptz": "2026-01-31T10:00:00Z"}]}', '{"at": "2026-01-31T10:00:01Z"}') ~ 'at = 2026-01-31.*:59[.]999999'),
    true, 'moments have units of a microsecond'
);
SELECT is(pg_temp.refused('{"between": [{"var": "weight"}, 5, 6]}', '{"weight": 7.5}'), 'weight = 6.000', 'between is two comparisons');
SELECT is(pg_temp.refused('{"<": [1, {"var": "quantity"}, 5]}', '{"quantity": 5}'), 'quantity = 4', 'so is a chain');
SELECT is(pg_temp.refused('{"!=": [{"var": "quantity"}, 5]}', '{"quantity": 5}'), 'quantity = 6', 'any other number differs');
SELECT is(pg_temp.refused('{">": [{"var": "weight"}, 5]}', '{"weight": 7.5}', 'forbid'), 'weight = 5.000', 'what is forbidden is turned round');
SELECT is(pg_temp.refused('{"!": [{">": [{"var": "weight"}, 5]}]}', '{"weight": 7.5}'), 'weight = 5.000', 'so is what is negated');
SELECT is(pg_temp.refused('{"in": [{"var": "quantity"}, [1, 5, 10]]}', '{"quantity": 8}'), 'quantity = 10', 'the nearest number of a list');
SELECT is(pg_temp.refused('{"in": [{"var": "carrier"}, ["DHL", "GLS"]]}', '{"carrier": "UPS"}'), 'carrier = DHL', 'the first text of a list');
SELECT is(pg_temp.refused('{"==": [{"var": "carrier"}, "D''L"]}', '{"carrier": "UPS"}', wanted => 'hint'), 'needs: carrier == ''D''''L''; carrier = ''D''''L'' would pass', 'texts are quoted');
SELECT is(pg_temp.refused('{"var": "fragile"}', '{"fragile": false}'), 'fragile = true', 'a boolean has one other value');
SELECT is(pg_temp.refused('{"or": [{"<": [{"var": "weight"}, 5]}, {"==": [{"var": "quantity"}, 1]}]}', '{"weight": 7.5, "quantity": 2}'), 'quantity = 1', 'any branch of an or may be settled');
SELECT is(pg_temp.refused('{"<=": [{"/": [{"var": "weight"}, {"var": "quantity"}]}, 2]}', '{"weight": 20, "quantity": 3}'), 'weight = 6.000', 'a cut quotient is tried on both sides');
SELECT is(pg_temp.refused('{"<=": [{"var": "weight"}, {"var": "size_id.most"}]}', '{"weight": 7.5, "size_id": 1}'), 'weight = 5.000', 'a look-up is a fixed value');

SELECT is(pg_temp.refused('{"==": [{"%": [{"var": "quantity"}, 2]}, 7]}', '{"quantity": 4}'), NULL, 'where nothing would pass nothing is told');
SELECT is(pg_temp.refused('{"==": [{"var": "carrier"}, "Spedition"]}', '{"carrier": "UPS"}'), NULL, 'a text that the column cannot hold is not told');
SELECT is(pg_temp.refused('{"==": [{"var": "size"}, "huge"]}', '{"size": "small"}'), NULL, 'nor a label that the type has not');
SELECT is(pg_temp.refused('{">": [{"var": "quantity"}, 40000]}', '{"quantity": 4}'), NULL, 'nor a number out of its range');
SELECT is(pg_temp.refused('{"<=": [{"var": "doubled"}, 4]}', '{"price": 3}'), NULL, 'nor a generated column');
SELECT is(pg_temp.refused('{"<=": [{"var": "doc.n"}, 4]}', '{"doc": {"n": 5}}'), NULL, 'nor a value inside a document');
SELECT is(
    pg_temp.refused('{"and": [{"<": [{"var": "quantity"}, 5]}, {"<": [{"var": "weight"}, 5]}]}', '{"weight": 7.5, "quantity": 6}'),
    NULL, 'nor one value where two are wrong'
);

-- Rows at random, each against one of these rules: what a refusal tells has to pass.
CREATE TEMP TABLE tap_tries (change text, again text);
CREATE FUNCTION pg_temp.try_rules(asts jsonb[])
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    ast jsonb;
    image jsonb;
    change text;
BEGIN
    FOREACH ast IN ARRAY asts LOOP
        DELETE FROM agent.constraints WHERE target_table = 'erp.tap_parcels';
        INSERT INTO agent.constraints (rule_name, target_table, logic_ast, violation_message)
        VALUES ('tap_rule', 'erp.tap_parcels', ast, 'tap rule is broken');
        FOR n IN 1..36 LOOP
            image := jsonb_build_object(
                'weight', round((random() * 200)::numeric, 3),
                'fragile', random() < 0.5,
                'quantity', (random() * 40)::int - 10,
                'carrier', (ARRAY['DHL', 'GLS', 'UPS'])[1 + (random() * 2)::int],
                'price', round((random() * 90)::numeric, 1 + (random() * 3)::int),
                'due', '2026-01-01'::date + (random() * 300)::int,
                'at', '2026-01-01T00:00:00Z'::timestamptz + random() * interval '300 days'
            );
            change := pg_temp.written(image);
            CONTINUE WHEN change IS NOT DISTINCT FROM 'passed';
            IF change IS NOT NULL THEN
                image := image || jsonb_build_object(split_part(change, ' = ', 1), split_part(change, ' = ', 2));
            END IF;
            INSERT INTO tap_tries VALUES (change, pg_temp.written(image));
        END LOOP;
    END LOOP;
END
$$;
SELECT setseed(0.25);
DO $$
BEGIN
    PERFORM pg_temp.try_rules(ARRAY[
        '{"<": [{"var": "weight"}, 45]}',
        '{">=": [{"*": [{"var": "price"}, {"var": "weight"}]}, 15000]}',
        '{"<=": [{"-": [{"var": "weight"}, {"*": [{"var": "quantity"}, 7]}]}, 20]}',
        '{"==": [{"var": "quantity"}, 20]}',
        '{"<": [{"round": [{"*": [{"var": "price"}, 1.19]}, 2]}, 15]}',
        '{"between": [{"var": "quantity"}, 24, 30]}',
        '{">": [{"var": "due"}, {"date": "2026-11-15"}]}',
        '{"<=": [{"days_between": [{"var": "due"}, {"date": "2026-12-31"}]}, 50]}',
        '{"<": [{"var": "at"}, {"timestamptz": "2026-02-15T12:00:00.5Z"}]}',
        '{"in": [{"var": "carrier"}, ["TNT", "GLS"]]}',
        '{"in": [{"var": "weight"}, [1.5, 50, 77]]}',
        '{"implies": [{">": [{"var": "weight"}, 3]}, {"and": [{"<": [{"var": "price"}, 20]}, {"!=": [{"var": "carrier"}, "XXX"]}]}]}',
        '{"==": [{"var": "fragile"}, {"<": [{"var": "weight"}, 60]}]}',
        '{"<=": [{"/": [{"var": "weight"}, 3]}, 15]}',
        '{"<": [{"max": [{"var": "weight"}, {"var": "price"}]}, 105]}'
    ]::jsonb[]);
END
$$;
SELECT cmp_ok((SELECT count(*) FROM tap_tries), '>=', 300::bigint, 'there were rows enough that broke their rule');
SELECT is((SELECT count(*) FROM tap_tries WHERE change IS NOT NULL AND again <> 'passed'), 0::bigint, 'what is told to pass passes');
SELECT ok(
    (SELECT count(*) FILTER (WHERE again = 'passed') * 100 >= 95 * count(*) FROM tap_tries), 'a change is told of 95 in 100 refusals'
);
SELECT diag(format('%s rows refused, %s of them told a change that passes', count(*), count(*) FILTER (WHERE again = 'passed')))
FROM tap_tries;

-- An UPDATE is told a column that it wrote, be another one nearer; where none of them would do, any.
CREATE FUNCTION pg_temp.updated(setting text)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    detail text;
BEGIN
    EXECUTE 'UPDATE erp.tap_parcels SET ' || setting || ' WHERE carrier = ''upd''';
    RETURN 'passed';
EXCEPTION
    WHEN SQLSTATE 'RP110' THEN
        GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
        RETURN (detail::jsonb -> 'change' ->> 'field') || ' = ' || (detail::jsonb -> 'change' ->> 'to');
END
$$;
DELETE FROM agent.constraints WHERE target_table = 'erp.tap_parcels';
INSERT INTO erp.tap_parcels (carrier, weight, price, quantity) VALUES ('upd', 4, 0.5, 9);
SELECT is(pg_temp.refused('{"<=": [{"var": "weight"}, {"*": [{"var": "price"}, 10]}]}', '{"weight": 7, "price": 0.5}'), 'price = 0.700', 'of a new row the nearest');
SELECT is(pg_temp.updated('weight = 7'), 'weight = 5.000', 'an UPDATE of the weight is told a weight');
SELECT is(pg_temp.updated('price = 0.3'), 'price = 0.400', 'one of the price a price');
SELECT is(pg_temp.updated('weight = 7, price = 0.4'), 'price = 0.700', 'one of both the nearest');
UPDATE agent.constraints SET mode = 'off' WHERE rule_name = 'tap_rule';
UPDATE erp.tap_parcels SET weight = 7 WHERE carrier = 'upd';
UPDATE agent.constraints SET mode = 'enforce' WHERE rule_name = 'tap_rule';
SELECT is(pg_temp.updated('quantity = 8, weight = weight'), 'price = 0.700', 'one of neither, of a row that was wrong before, any');

SELECT * FROM finish();
ROLLBACK;
