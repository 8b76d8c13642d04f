-- The price of 20 rules on one row: nothing, CHECK constraints, a hard-coded PL/pgSQL trigger, stored rules. Every figure is the
-- overhead over the bare table in microseconds a row; the best of five rounds, taken in turn. Printed as name|figure.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = warning;
CREATE SCHEMA bench;
GRANT USAGE, CREATE ON SCHEMA bench TO PUBLIC;
SELECT format('CREATE TABLE bench.%I (id bigint, a int, b int, c int, d int, e int, f numeric, g numeric, h numeric, i text, j text, k int)', name)
FROM unnest(ARRAY['bare', 'checked', 'coded', 'ruled']) AS name \gexec

-- Twenty distinct rules over eleven columns, each as an SQL condition and as a stored rule.
CREATE TABLE bench.rules (n int, condition text, ast jsonb);
INSERT INTO bench.rules
SELECT n, format('%s <= %s', field, 1000 + n), jsonb_build_object('<=', jsonb_build_array(jsonb_build_object('var', field), 1000 + n))
FROM unnest(ARRAY['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'k', 'a', 'b']) WITH ORDINALITY AS x (field, n)
UNION ALL
SELECT 11 + n, format('%s > %s', field, -n), jsonb_build_object('>', jsonb_build_array(jsonb_build_object('var', field), -n))
FROM unnest(ARRAY['c', 'd', 'e', 'f', 'g', 'h', 'k']) WITH ORDINALITY AS x (field, n)
UNION ALL
SELECT 18 + n, format('%s <> ''bad''', field), jsonb_build_object('!=', jsonb_build_array(jsonb_build_object('var', field), 'bad'))
FROM unnest(ARRAY['i', 'j']) WITH ORDINALITY AS x (field, n);

SELECT format('ALTER TABLE bench.checked ADD CHECK (%s)', condition) FROM bench.rules \gexec
SELECT format($f$
CREATE FUNCTION bench.coded() RETURNS trigger LANGUAGE plpgsql AS $b$
BEGIN
    %s
    RETURN NULL;
END $b$ $f$, string_agg(format('IF NOT (NEW.%s) THEN RAISE EXCEPTION ''rule %s''; END IF;', condition, n), E'\n    ')) FROM bench.rules \gexec
CREATE TRIGGER coded AFTER INSERT ON bench.coded FOR EACH ROW EXECUTE FUNCTION bench.coded();
GRANT INSERT, TRIGGER, SELECT, TRUNCATE ON ALL TABLES IN SCHEMA bench TO PUBLIC;
INSERT INTO erp_agent_constraints (target_agent_role, target_table, triggering_operation, logic_ast, violation_message)
SELECT '*', 'bench.ruled', 'INSERT', ast, 'rule ' || n FROM bench.rules ORDER BY n;

CREATE UNLOGGED TABLE bench.figures (kind text, name text, microseconds numeric);
GRANT ALL ON bench.figures TO PUBLIC;
-- Each statement is one row, planned once: what a worker's prepared statement costs.
CREATE PROCEDURE bench.one_row(name text, many int) LANGUAGE plpgsql AS $$
DECLARE
    started timestamptz;
BEGIN
    started := clock_timestamp();
    FOR n IN 1..many LOOP
        CASE name
            WHEN 'bare' THEN INSERT INTO bench.bare VALUES (n, 1, 2, 3, 4, 5, 6.5, 7.5, 8.5, 'text', 'more text', 9);
            WHEN 'checked' THEN INSERT INTO bench.checked VALUES (n, 1, 2, 3, 4, 5, 6.5, 7.5, 8.5, 'text', 'more text', 9);
            WHEN 'coded' THEN INSERT INTO bench.coded VALUES (n, 1, 2, 3, 4, 5, 6.5, 7.5, 8.5, 'text', 'more text', 9);
            WHEN 'ruled' THEN INSERT INTO bench.ruled VALUES (n, 1, 2, 3, 4, 5, 6.5, 7.5, 8.5, 'text', 'more text', 9);
        END CASE;
    END LOOP;
    INSERT INTO bench.figures VALUES ('one', name, extract(epoch FROM clock_timestamp() - started) * 1e6 / many);
END $$;
CREATE PROCEDURE bench.bulk(name text, many int) LANGUAGE plpgsql AS $$
DECLARE
    started timestamptz := clock_timestamp();
BEGIN
    EXECUTE format('INSERT INTO bench.%I SELECT n, 1, 2, 3, 4, 5, 6.5, 7.5, 8.5, ''text'', ''more text'', 9 FROM generate_series(1, %s) AS n', name, many);
    INSERT INTO bench.figures VALUES ('bulk', name, extract(epoch FROM clock_timestamp() - started) * 1e6 / many);
END $$;

-- Rules judge actors: a person inserts.
SET SESSION AUTHORIZATION erp_operator;
SELECT format('CALL bench.%s(%L, %s)', kind, name, many)
FROM generate_series(1, 5) AS round,
    (VALUES ('one_row', 5000), ('bulk', 50000)) AS k (kind, many),
    unnest(ARRAY['bare', 'checked', 'coded', 'ruled']) AS name \gexec
RESET SESSION AUTHORIZATION;

\pset tuples_only on
\pset format unaligned
SELECT kind || '_' || name, round(min(microseconds) - (SELECT min(microseconds) FROM bench.figures AS b WHERE b.kind = f.kind AND b.name = 'bare'), 3)
FROM bench.figures AS f
GROUP BY kind, name;
DELETE FROM erp_agent_constraints WHERE target_table = 'bench.ruled';
DROP SCHEMA bench CASCADE;
