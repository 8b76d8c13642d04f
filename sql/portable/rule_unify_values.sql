CREATE OR REPLACE FUNCTION erp.rule_unify_values(
    args jsonb,
    allowed text[],
    at text
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    united CONSTANT jsonb := erp.rule_unify(args, allowed, at);
BEGIN
    IF united ->> 'type' = 'null' AND args @> '[{"type": "json"}]' THEN
        PERFORM erp.rule_fail('RP104', at, 'say which type', '{"number": …}, {"text": …}, {"date": …}');
    END IF;
    RETURN united;
END
$$;

COMMENT ON FUNCTION erp.rule_unify_values(jsonb, text[], text) IS
'As erp.rule_unify, for what hands one of its operands on: beside null alone a JSON value would be handed on unread (RP104).';

ALTER FUNCTION erp.rule_unify_values(jsonb, text[], text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_unify_values(jsonb, text[], text) FROM PUBLIC;
