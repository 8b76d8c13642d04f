-- `x` is the row at hand (OLD on DELETE), `new.x` and `old.x` are one side of the change, `agent.x` the actor and
-- `tx.x` the transaction. Further segments of a row name follow foreign keys.
CREATE OR REPLACE FUNCTION erp.rule_parse_name(
    name text,
    at text
)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    segments text[] := string_to_array(name, '.');
    root text := 'row';
BEGIN
    IF name IS NULL OR name = '' OR '' = ANY (segments) THEN
        PERFORM erp.rule_fail('RP101', at, 'a field needs a name');
    END IF;
    IF cardinality(segments) > 1 AND segments[1] IN ('new', 'old', 'agent', 'tx') THEN
        root := segments[1];
        segments := segments[2:];
    END IF;
    RETURN jsonb_build_object(
        'op', 'ref',
        'root', root,
        'path', segments,
        'name', CASE WHEN root = 'new' THEN array_to_string(segments, '.') ELSE name END,
        'label', name,
        'at', at
    );
END
$$;

COMMENT ON FUNCTION erp.rule_parse_name(text, text) IS
'Splits a dotted name of a rule into the row it reads from and the path inside it.';

ALTER FUNCTION erp.rule_parse_name(text, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_parse_name(text, text) FROM PUBLIC;
