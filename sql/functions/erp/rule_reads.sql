CREATE OR REPLACE FUNCTION erp.rule_reads(
    target regclass,
    operation text,
    ast jsonb
)
RETURNS TABLE (
    relation regclass,
    column_name name,
    via text
)
LANGUAGE c
STABLE
STRICT
AS 'MODULE_PATHNAME', 'erp_rule_reads_columns';

COMMENT ON FUNCTION erp.rule_reads(regclass, text, jsonb) IS
'Every column a rule reads: of its own table (via row), over foreign keys (path), and of the tables of its quantifiers (via exists, sum, ...).';

ALTER FUNCTION erp.rule_reads(regclass, text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_reads(regclass, text, jsonb) FROM PUBLIC;
