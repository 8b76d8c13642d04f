CREATE OR REPLACE FUNCTION erp.rule_parse(ast jsonb)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    parsed jsonb;
BEGIN
    IF ast IS NULL THEN
        PERFORM erp.rule_fail('RP101', '', 'there is no rule');
    END IF;
    IF octet_length(ast::text) > 65536 THEN
        PERFORM erp.rule_fail('RP103', '', 'the rule is larger than 64 KiB');
    END IF;
    parsed := erp.rule_parse_node(ast, '', 1);
    IF (SELECT count(*) > 4096 FROM jsonb_path_query(parsed, 'strict $.** ? (exists(@.at))')) THEN
        PERFORM erp.rule_fail('RP103', '', 'the rule has more than 4096 nodes');
    END IF;
    RETURN parsed;
END
$$;

COMMENT ON FUNCTION erp.rule_parse(jsonb) IS
'A stored rule in its one internal form, or RP101 (malformed) or RP103 (over 64 KiB, depth 64 or 4,096 nodes).';

ALTER FUNCTION erp.rule_parse(jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_parse(jsonb) FROM PUBLIC;
