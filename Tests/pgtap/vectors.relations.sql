-- Quantifiers and aggregates over rows given with the record. Run from the project root; _vectors.sql makes the plan().
BEGIN;
\set vectors `cat Tests/vectors/relations.jsonl`
\ir _vectors.sql
ROLLBACK;
