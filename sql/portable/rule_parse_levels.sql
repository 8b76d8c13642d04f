CREATE OR REPLACE FUNCTION erp.rule_parse_levels(
    parsed jsonb,
    at text
)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- What stands in the source is outside.
    levels int := 1 + coalesce((SELECT max(l::int) FROM jsonb_path_query(parsed - 'source' - 'initial', '$.**.levels') AS l), 0);
BEGIN
    IF levels > 2 THEN
        PERFORM erp.rule_fail('RP103', at, 'quantifiers are nested deeper than 2 levels');
    END IF;
    RETURN parsed || jsonb_build_object('levels', levels, 'label', erp.rule_quantifier_label(parsed));
END
$$;

COMMENT ON FUNCTION erp.rule_parse_levels(jsonb, text) IS
'A parsed quantifier with its label; RP103 when quantifiers are nested too deep in it.';

ALTER FUNCTION erp.rule_parse_levels(jsonb, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_parse_levels(jsonb, text) FROM PUBLIC;
