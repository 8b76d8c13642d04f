-- {"exists": {"in": R, "as": "e", "where": w, "satisfies": s}} and its relatives become {"op", "source", "alias", "where",
-- "body"}: `source` is {"relation": name} or a parsed list, `body` what is asked of each row ("satisfies" or "of").
CREATE OR REPLACE FUNCTION erp.rule_parse_quantifier(
    op text,
    form jsonb,
    at text,
    pointer text,
    depth int
)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    body_key CONSTANT text := CASE WHEN op IN ('exists', 'forall', 'exists_one') THEN 'satisfies' ELSE 'of' END;
    needed text[] := ARRAY['in'];
    parsed jsonb := jsonb_build_object('op', op, 'at', at, 'alias', '');
BEGIN
    IF op NOT IN ('exists', 'exists_one', 'count') THEN
        needed := needed || body_key;
    END IF;
    PERFORM erp.rule_expect_keys(
        form, pointer,
        needed || ARRAY(
            SELECT key
            FROM jsonb_object_keys(form) AS key
            WHERE key IN ('as', 'where', body_key)
            OR (key = 'nulls' AND op IN ('count_distinct', 'sum', 'min', 'max', 'avg'))
        )
    );

    IF jsonb_typeof(form -> 'in') = 'string' THEN
        IF NOT form ? 'as' THEN
            PERFORM erp.rule_fail('RP101', pointer, 'a quantifier over a table needs a name for its row in "as"');
        END IF;
        parsed := parsed || jsonb_build_object('source', jsonb_build_object('relation', form ->> 'in', 'at', pointer || '/in'));
    ELSIF jsonb_typeof(form -> 'in') = 'object' THEN
        parsed := parsed || jsonb_build_object('source', erp.rule_parse_node(form -> 'in', pointer || '/in', depth + 1));
    ELSE
        PERFORM erp.rule_fail('RP101', pointer || '/in', '"in" must be a table name or a list of the row');
    END IF;
    IF form ? 'as' THEN
        IF jsonb_typeof(form -> 'as') <> 'string' OR form ->> 'as' !~ '^[a-z_][a-z0-9_]*$'
            OR form ->> 'as' IN ('new', 'old', 'agent', 'tx', 'row') OR length(form ->> 'as') > 63 THEN
            PERFORM erp.rule_fail(
                'RP101', pointer || '/as', '"as" must be a word of a-z, 0-9 and _, and not new, old, agent, tx or row'
            );
        END IF;
        parsed := parsed || jsonb_build_object('alias', form -> 'as');
    END IF;
    IF form ? 'where' THEN
        parsed := parsed || jsonb_build_object('where', erp.rule_parse_node(form -> 'where', pointer || '/where', depth + 1));
    END IF;
    IF form ? body_key THEN
        parsed := parsed || jsonb_build_object('body', erp.rule_parse_node(form -> body_key, pointer || '/' || body_key, depth + 1));
    END IF;
    IF form ? 'nulls' THEN
        IF form -> 'nulls' NOT IN ('"unknown"', '"skip"') THEN
            PERFORM erp.rule_fail('RP101', pointer || '/nulls', '"nulls" is "unknown" or "skip"');
        END IF;
        parsed := parsed || jsonb_build_object('nulls', form -> 'nulls');
    END IF;
    RETURN erp.rule_parse_levels(parsed, pointer);
END
$$;

COMMENT ON FUNCTION erp.rule_parse_quantifier(text, jsonb, text, text, int) IS
'Parses a quantifier or aggregate over the rows of a table or the elements of a list.';

ALTER FUNCTION erp.rule_parse_quantifier(text, jsonb, text, text, int) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_parse_quantifier(text, jsonb, text, text, int) FROM PUBLIC;
