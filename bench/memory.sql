-- This process's own memory in kB before and after ten million judged rows; the million before brings everything in. Printed as
-- before|after.
\set ON_ERROR_STOP 1
\set QUIET 1
SET client_min_messages = error;
CREATE SCHEMA memory;
GRANT USAGE ON SCHEMA memory TO PUBLIC;
CREATE UNLOGGED TABLE memory.judged (id bigint, a int, b numeric, c text);
CREATE TABLE memory.parents (id int PRIMARY KEY, open boolean);
INSERT INTO memory.parents SELECT n, true FROM generate_series(0, 99) AS n;
GRANT INSERT, TRIGGER, SELECT ON ALL TABLES IN SCHEMA memory TO PUBLIC;
INSERT INTO erp_agent_constraints (target_table, triggering_operation, logic_ast, violation_message) VALUES
    ('memory.judged', 'INSERT', '{"and": [{"<=": [{"var": "a"}, 1000]}, {"<=": [{"+": [{"var": "b"}, 1]}, 1000]}, {"!=": [{"var": "c"}, "bad"]}]}', 'x'),
    ('memory.judged', 'INSERT', '{"<": [{"length": [{"cat": [{"var": "c"}, "!"]}]}, 100]}', 'x'),
    ('memory.judged', 'INSERT', '{"exists": {"in": "memory.parents", "as": "p", "where": {"and": [{"==": [{"var": "p.id"}, {"var": "a"}]}, {"var": "p.open"}]}}}', 'x');
CREATE FUNCTION pg_temp.resident() RETURNS int LANGUAGE sql AS $$
    SELECT sum((regexp_match(line, '[0-9]+'))[1]::int)::int
    FROM regexp_split_to_table(pg_read_file('/proc/self/smaps_rollup'), E'\n') AS line
    WHERE line ~ '^Private_Dirty'
$$;
CREATE PROCEDURE pg_temp.judge(rounds int) LANGUAGE plpgsql AS $$
BEGIN
    FOR round IN 1..rounds LOOP
        INSERT INTO memory.judged SELECT n, n % 100, n % 100 + 0.25, 'text' || n FROM generate_series(1, 50000) AS n;
        TRUNCATE memory.judged;
    END LOOP;
END $$;
CALL pg_temp.judge(20);
SELECT pg_temp.resident() AS before \gset
CALL pg_temp.judge(200);
SELECT :before, pg_temp.resident();
DELETE FROM erp_agent_constraints WHERE target_table = 'memory.judged';
DROP SCHEMA memory CASCADE;
