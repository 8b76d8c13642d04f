-- The cases of texts, casts, rounding, dates and JSON, shared with `swift test`: both engines give the same verdict or the same error. Run from the project root.
-- \ir _vectors.sql makes the plan().
BEGIN;
\set vectors `cat Tests/vectors/scalar.jsonl`
\ir _vectors.sql
ROLLBACK;
