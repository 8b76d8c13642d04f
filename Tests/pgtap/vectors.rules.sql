-- The cases shared with `swift test`: both engines give the same verdict or the same error. Run from the project root.
-- \ir _vectors.sql makes the plan(): one test a line, and that there are lines.
BEGIN;
\set vectors `cat Tests/vectors/rules.jsonl`
\ir _vectors.sql
ROLLBACK;
