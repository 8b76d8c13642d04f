CREATE OR REPLACE FUNCTION erp.rule_reads_hidden(
    node jsonb,
    hidden text[]
)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT EXISTS (
    SELECT
    FROM jsonb_path_query(node, 'strict $.** ? (@.op == "ref" || exists(@.source))') AS part
    WHERE coalesce(part ->> 'name', part ->> 'label') = ANY (hidden)
)
$$;

COMMENT ON FUNCTION erp.rule_reads_hidden(jsonb, text[]) IS 'Whether a part of a rule reads one of the names whose values may not be told.';

ALTER FUNCTION erp.rule_reads_hidden(jsonb, text[]) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_reads_hidden(jsonb, text[]) FROM PUBLIC;
