-- What stored rules cost on a table: many, few, with nulls, refusing, for others; one row and bulk; beside CHECK constraints,
-- a hard-coded PL/pgSQL trigger of the same timing, and a trigger whose WHEN is the same condition (a cached expression of
-- PostgreSQL). Every figure is the overhead over the bare table in microseconds a row, the best of five rounds taken in
-- turn. Printed as name|figure.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
CREATE SCHEMA bench;
GRANT USAGE, CREATE ON SCHEMA bench TO PUBLIC;

-- A hundred conditions over eleven columns; every pair of them is a rule of two conditions.
CREATE TABLE bench.atoms (n int PRIMARY KEY, condition text, ast jsonb);
INSERT INTO bench.atoms
SELECT
    n,
    format('%s %s %s', field, op, CASE WHEN op = '<=' THEN 1000 + n ELSE -n END),
    jsonb_build_object(op, jsonb_build_array(jsonb_build_object('var', field), CASE WHEN op = '<=' THEN 1000 + n ELSE -n END))
FROM generate_series(0, 99) AS n,
    LATERAL (SELECT (ARRAY['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'k'])[1 + n % 9] AS field, CASE WHEN n % 2 = 0 THEN '<=' ELSE '>' END AS op) AS x;
CREATE TABLE bench.rules (n int PRIMARY KEY, condition text, ast jsonb);
INSERT INTO bench.rules
SELECT
    row_number() OVER (ORDER BY (one.n + other.n) % 100, one.n) - 1,
    format('%s AND %s', one.condition, other.condition),
    jsonb_build_object('and', jsonb_build_array(one.ast, other.ast))
FROM bench.atoms AS one, bench.atoms AS other;

CREATE TABLE bench.tables (name text PRIMARY KEY, kind text, many int);
INSERT INTO bench.tables VALUES
    ('bare', 'bare', 0), ('bare_nulls', 'bare', 0), ('gated', 'gated', 0),
    ('ruled_1', 'ruled', 1), ('checked_1', 'checked', 1), ('coded_1', 'coded', 1), ('when_1', 'when', 1),
    ('ruled_20', 'ruled', 20), ('checked_20', 'checked', 20), ('coded_20', 'coded', 20), ('when_20', 'when', 20),
    ('ruled_200', 'ruled', 200), ('checked_200', 'checked', 200), ('coded_200', 'coded', 200), ('when_200', 'when', 200),
    ('ruled_10000', 'ruled', 10000), ('nulls_20', 'ruled', 20), ('others_20', 'ruled', 20);
SELECT format('CREATE UNLOGGED TABLE bench.%I (id bigint, a int, b int, c int, d int, e int, f numeric, g numeric, h numeric, i text, j text, k int)', name)
FROM bench.tables \gexec
GRANT INSERT, TRIGGER, SELECT, TRUNCATE ON ALL TABLES IN SCHEMA bench TO PUBLIC;

SELECT format('ALTER TABLE bench.%I ADD CHECK (%s)', t.name, r.condition)
FROM bench.tables AS t JOIN bench.rules AS r ON r.n < t.many
WHERE t.kind = 'checked' \gexec
CREATE FUNCTION bench.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a rule'; END $$;
SELECT format('CREATE TRIGGER judge AFTER INSERT ON bench.%I FOR EACH ROW WHEN (NOT (%s)) EXECUTE FUNCTION bench.refuse()', t.name,
    (SELECT string_agg(regexp_replace(r.condition, '\m([a-k]) ', 'NEW.\1 ', 'g'), ' AND ') FROM bench.rules AS r WHERE r.n < t.many))
FROM bench.tables AS t WHERE t.kind = 'when' \gexec
SELECT format($f$
CREATE FUNCTION bench.%1$I() RETURNS trigger LANGUAGE plpgsql AS $b$
BEGIN
    %2$s
    RETURN NULL;
END $b$;
CREATE TRIGGER judge AFTER INSERT ON bench.%1$I FOR EACH ROW EXECUTE FUNCTION bench.%1$I();
$f$, t.name, (
    SELECT string_agg(format('IF NOT (%s) THEN RAISE EXCEPTION ''rule %s''; END IF;', regexp_replace(r.condition, '\m([a-k]) ', 'NEW.\1 ', 'g'), r.n), E'\n    ')
    FROM bench.rules AS r WHERE r.n < t.many))
FROM bench.tables AS t WHERE t.kind = 'coded' \gexec

INSERT INTO erp_agent_constraints (target_agent_role, target_table, triggering_operation, on_unknown, logic_ast, violation_message)
SELECT '*', 'bench.' || t.name, 'INSERT', CASE WHEN t.name = 'nulls_20' THEN 'allow' ELSE 'reject' END, r.ast, 'rule ' || r.n
FROM bench.tables AS t JOIN bench.rules AS r ON r.n < t.many
WHERE t.kind = 'ruled' AND t.many < 10000 ORDER BY t.name, r.n;
-- Ten thousand in one statement; then five more beside them, one by one.
SELECT clock_timestamp() AS began \gset
INSERT INTO erp_agent_constraints (target_table, triggering_operation, logic_ast, violation_message)
SELECT 'bench.ruled_10000', 'INSERT', r.ast, 'rule ' || r.n FROM bench.rules AS r ORDER BY r.n;
SELECT round(extract(epoch FROM clock_timestamp() - :'began'), 1) AS store_many \gset
CREATE FUNCTION pg_temp.store_one() RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    best numeric;
    started timestamptz;
BEGIN
    FOR round IN 1..5 LOOP
        started := clock_timestamp();
        INSERT INTO erp_agent_constraints (target_table, triggering_operation, logic_ast, violation_message)
        SELECT 'bench.ruled_10000', 'INSERT', r.ast, 'one more' FROM bench.rules AS r WHERE r.n = round;
        best := least(best, extract(epoch FROM clock_timestamp() - started) * 1000);
    END LOOP;
    RETURN round(best, 1);
END $$;
SELECT pg_temp.store_one() AS store_one \gset
DELETE FROM erp_agent_constraints WHERE violation_message = 'one more';
-- Rules for somebody else, beside twenty for everyone.
INSERT INTO erp_agent_constraints (target_agent_role, target_table, triggering_operation, logic_ast, violation_message)
SELECT 'finance_agent', 'bench.others_20', 'INSERT', r.ast, 'rule ' || r.n FROM bench.rules AS r WHERE r.n BETWEEN 20 AND 199 ORDER BY r.n;
-- The trigger alone: a gate without a rule of this operation.
INSERT INTO erp_agent_constraints (target_table, triggering_operation, logic_ast, violation_message)
VALUES ('bench.gated', 'DELETE', '{"==": [{"var": "a"}, 1]}', 'nothing is deleted here');

CREATE UNLOGGED TABLE bench.figures (kind text, name text, microseconds numeric);
GRANT ALL ON bench.figures TO PUBLIC;
CREATE FUNCTION bench.row_of(name text) RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN name LIKE '%nulls%' THEN '1, 2, NULL::int, 4, NULL::int, 6.5, NULL::numeric, 8.5, ''text'', NULL::text, 9'
    ELSE '1, 2, 3, 4, 5, 6.5, 7.5, 8.5, ''text'', ''more text'', 9' END
$$;
-- Each statement is one row, planned once: what a worker's prepared statement costs.
SELECT format($f$
CREATE PROCEDURE bench.one_%1$s(many int) LANGUAGE plpgsql AS $b$
DECLARE
    started timestamptz := clock_timestamp();
BEGIN
    FOR n IN 1..many LOOP
        INSERT INTO bench.%1$s VALUES (n, %2$s);
    END LOOP;
    INSERT INTO bench.figures VALUES ('one', '%1$s', extract(epoch FROM clock_timestamp() - started) * 1e6 / many);
END $b$;
CREATE PROCEDURE bench.bulk_%1$s(many int) LANGUAGE plpgsql AS $b$
DECLARE
    started timestamptz := clock_timestamp();
BEGIN
    INSERT INTO bench.%1$s SELECT n, %2$s FROM generate_series(1, many) AS n;
    INSERT INTO bench.figures VALUES ('bulk', '%1$s', extract(epoch FROM clock_timestamp() - started) * 1e6 / many);
END $b$;
$f$, name, bench.row_of(name)) FROM bench.tables \gexec

-- Refusals: the first or the last of twenty, caught by the caller. Bare is the same block without an error.
CREATE PROCEDURE bench.refused(target text, field text, value int, many int) LANGUAGE plpgsql AS $$
DECLARE
    started timestamptz := clock_timestamp();
    insertion text := format('INSERT INTO bench.%I (id, a, b, c, d, e, f, g, h, i, j, k) SELECT 1, %s', target,
        (SELECT string_agg(CASE WHEN x.name = field THEN value::text ELSE x.given END, ', ' ORDER BY x.n)
        FROM unnest(ARRAY['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'],
            ARRAY['1', '2', '3', '4', '5', '6.5', '7.5', '8.5', '''text''', '''more''', '9']) WITH ORDINALITY AS x (name, given, n)));
BEGIN
    FOR n IN 1..many LOOP
        BEGIN
            EXECUTE insertion;
        EXCEPTION WHEN OTHERS THEN NULL;
        END;
    END LOOP;
    INSERT INTO bench.figures VALUES ('refused', target || '_' || field, extract(epoch FROM clock_timestamp() - started) * 1e6 / many);
END $$;

-- A row that must exist among ten thousand.
CREATE TABLE bench.parents (parent_id int PRIMARY KEY, open boolean NOT NULL);
INSERT INTO bench.parents SELECT n, true FROM generate_series(1, 10000) AS n;
ANALYZE bench.parents;
GRANT SELECT ON bench.parents TO PUBLIC;
INSERT INTO bench.tables VALUES ('exists_bare', 'exists', 0), ('exists_ruled', 'exists', 0), ('exists_coded', 'exists', 0), ('exists_path', 'exists', 0);
SELECT format('CREATE UNLOGGED TABLE bench.%I (id bigint, parent_id int)', name) FROM bench.tables WHERE kind = 'exists' AND name <> 'exists_path' \gexec
CREATE UNLOGGED TABLE bench.exists_path (id bigint, parent_id int);
GRANT INSERT, TRIGGER, SELECT, TRUNCATE ON ALL TABLES IN SCHEMA bench TO PUBLIC;
GRANT SELECT ON bench.parents TO erp_owner;
INSERT INTO erp_agent_constraints (target_table, triggering_operation, logic_ast, violation_message) VALUES
    ('bench.exists_ruled', 'INSERT', '{"exists": {"in": "bench.parents", "as": "p", "where": {"and": [{"==": [{"var": "p.parent_id"}, {"var": "parent_id"}]}, {"var": "p.open"}]}}}', 'no open parent');
CREATE FUNCTION bench.exists_coded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM bench.parents AS p WHERE p.parent_id = NEW.parent_id AND p.open) THEN
        RAISE EXCEPTION 'no open parent';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER judge AFTER INSERT ON bench.exists_coded FOR EACH ROW EXECUTE FUNCTION bench.exists_coded();
SELECT format($f$
CREATE PROCEDURE bench.one_%1$s(many int) LANGUAGE plpgsql AS $b$
DECLARE
    started timestamptz := clock_timestamp();
BEGIN
    FOR n IN 1..many LOOP
        INSERT INTO bench.%1$s VALUES (n, 1 + n * 7919 %% 10000);
    END LOOP;
    INSERT INTO bench.figures VALUES ('one', '%1$s', extract(epoch FROM clock_timestamp() - started) * 1e6 / many);
END $b$;
CREATE PROCEDURE bench.bulk_%1$s(many int) LANGUAGE plpgsql AS $b$
DECLARE
    started timestamptz := clock_timestamp();
BEGIN
    INSERT INTO bench.%1$s SELECT n, 1 + n::bigint * 7919 %% 10000 FROM generate_series(1, many) AS n;
    INSERT INTO bench.figures VALUES ('bulk', '%1$s', extract(epoch FROM clock_timestamp() - started) * 1e6 / many);
END $b$;
$f$, name) FROM bench.tables WHERE kind = 'exists' AND name <> 'exists_path' \gexec
DELETE FROM bench.tables WHERE name = 'exists_path';
GRANT EXECUTE ON ALL PROCEDURES IN SCHEMA bench TO PUBLIC;

-- Rules judge actors: a person inserts.
SET SESSION AUTHORIZATION erp_operator;
SELECT format('CALL bench.%s_%s(%s)', k.kind, t.name, k.many)
FROM generate_series(1, 5) AS round, (VALUES ('one', 4000), ('bulk', 40000)) AS k (kind, many), bench.tables AS t \gexec
SELECT format('CALL bench.refused(%L, %L, %s, 1000)', target, field, value)
FROM generate_series(1, 3) AS round, unnest(ARRAY['bare', 'checked_20', 'coded_20', 'ruled_20']) AS target, (VALUES ('a', 5000), ('b', -5000)) AS f (field, value) \gexec
RESET SESSION AUTHORIZATION;

\pset tuples_only on
\pset format unaligned
SELECT f.kind || '_' || f.name, round(min(f.microseconds) - (
    SELECT min(b.microseconds) FROM bench.figures AS b
    WHERE b.kind = f.kind
    AND b.name = CASE WHEN f.kind = 'refused' THEN 'bare_' || right(f.name, 1) WHEN f.name LIKE 'exists%' THEN 'exists_bare' WHEN f.name LIKE '%nulls%' THEN 'bare_nulls' ELSE 'bare' END), 3)
FROM bench.figures AS f
GROUP BY f.kind, f.name;
SELECT 'store_many', :store_many;
SELECT 'store_one', :store_one;
