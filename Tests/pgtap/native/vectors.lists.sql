-- Lists in JSON as far as the kernel knows them: not yet map and reduce, nor length, !! and in of a list; plan() is in _vectors.sql.
BEGIN;
\set vectors `grep -vE '"(map|reduce|length|!!)"|"in":.."var":"x"|filter is no condition|membership|type is no match|null elements|is_null of a filter|"in a |in.:..var.:.x' Tests/vectors/lists.jsonl`
\ir ../_vectors.sql
ROLLBACK;
