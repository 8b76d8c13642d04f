-- Lists in JSON as far as the kernel knows them: not yet map and reduce; plan() is in _vectors.sql.
BEGIN;
\set vectors `grep -vE '"(map|reduce)"' Tests/vectors/lists.jsonl`
\ir ../_vectors.sql
ROLLBACK;
