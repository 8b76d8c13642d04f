-- Lists in JSON as far as the kernel knows them: not yet map, reduce, nor in and is_null of a filter; plan() is in _vectors.sql.
BEGIN;
\set vectors `grep -vE '"(map|reduce)"|filter is no condition|is_null of a filter|"in a filter' Tests/vectors/lists.jsonl`
\ir ../_vectors.sql
ROLLBACK;
