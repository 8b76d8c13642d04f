-- Lists in JSON: elements, members, filter, map and reduce. Run from the project root; _vectors.sql makes the plan().
BEGIN;
\set vectors `cat Tests/vectors/lists.jsonl`
\ir _vectors.sql
ROLLBACK;
