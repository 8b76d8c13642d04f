-- Twenty rules on one row in portable mode: microseconds over the bare table.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
CREATE SCHEMA bench;
GRANT USAGE ON SCHEMA bench TO PUBLIC;
CREATE TABLE bench.bare (a int, b int, c numeric, d numeric);
CREATE TABLE bench.ruled (LIKE bench.bare);
GRANT INSERT, TRIGGER, SELECT ON ALL TABLES IN SCHEMA bench TO PUBLIC;
INSERT INTO erp_agent_constraints (target_table, triggering_operation, logic_ast, violation_message)
SELECT 'bench.ruled', 'INSERT', jsonb_build_object('<=', jsonb_build_array(jsonb_build_object('var', (ARRAY['a', 'b', 'c', 'd'])[1 + n % 4]), 1000 + n)), 'rule ' || n
FROM generate_series(1, 20) AS n;
CREATE FUNCTION bench.cost(target text, many int) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    started timestamptz := clock_timestamp();
BEGIN
    FOR n IN 1..many LOOP
        EXECUTE format('INSERT INTO bench.%I VALUES (1, 2, 3.5, 4.5)', target);
    END LOOP;
    RETURN extract(epoch FROM clock_timestamp() - started) * 1e6 / many;
END $$;
SELECT round(bench.cost('ruled', 50) - bench.cost('bare', 50));
