-- Milliseconds to check a rule of the maximum size, and rows a second of a replay. Printed as name|figure.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
CREATE SCHEMA replay;
GRANT USAGE ON SCHEMA replay TO PUBLIC;
CREATE UNLOGGED TABLE replay.facts (id bigint, a int, b numeric, c text, d date);
INSERT INTO replay.facts SELECT n, n % 1000, n % 100 + 0.5, 'text', '2026-01-01'::date + (n % 365) FROM generate_series(1, 1000000) AS n;
ANALYZE replay.facts;
GRANT INSERT, TRIGGER, SELECT ON ALL TABLES IN SCHEMA replay TO PUBLIC;
INSERT INTO erp_agent_constraints (rule_name, target_table, triggering_operation, mode, logic_ast, violation_message)
VALUES ('replayed', 'replay.facts', '*', 'off', '{"and": [{"<": [{"var": "a"}, 1000]}, {"<=": [{"var": "b"}, 100]}, {"!=": [{"var": "c"}, "bad"]}]}', 'x');
CREATE TEMP TABLE ast AS
SELECT jsonb_build_object('and', jsonb_agg(jsonb_build_object(op, jsonb_build_array(jsonb_build_object('var', field), n)))) AS ast
FROM generate_series(1, 1365) AS n, LATERAL (SELECT CASE WHEN n % 2 = 0 THEN '<=' ELSE '>=' END AS op, CASE WHEN n % 3 = 0 THEN 'a' ELSE 'b' END AS field) AS x;
CREATE FUNCTION pg_temp.check_ms() RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    best numeric;
    started timestamptz;
BEGIN
    FOR round IN 1..5 LOOP
        started := clock_timestamp();
        PERFORM count(*) FROM ast, LATERAL erp.rule_check('replay.facts', '*', ast.ast);
        best := least(best, extract(epoch FROM clock_timestamp() - started) * 1000);
    END LOOP;
    RETURN round(best, 1);
END $$;
CREATE FUNCTION pg_temp.replay_rate() RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    best numeric;
    started timestamptz;
BEGIN
    FOR round IN 1..3 LOOP
        started := clock_timestamp();
        PERFORM count(*) FROM erp_agent_constraints AS c, LATERAL erp.rule_replay(c.constraint_id) WHERE c.rule_name = 'replayed';
        best := greatest(best, 1e6 / extract(epoch FROM clock_timestamp() - started));
    END LOOP;
    RETURN round(best);
END $$;
\pset tuples_only on
\pset format unaligned
SELECT 'check', pg_temp.check_ms();
SELECT 'replay', pg_temp.replay_rate();
DELETE FROM erp_agent_constraints WHERE target_table = 'replay.facts';
DROP SCHEMA replay CASCADE;
