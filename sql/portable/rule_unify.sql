CREATE OR REPLACE FUNCTION erp.rule_unify(
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
    types text[];
    common text;
    jsons int;
BEGIN
    -- A null, a quoted literal and a JSON value go with every type; the others must agree.
    SELECT array_agg(DISTINCT arg ->> 'type') INTO types
    FROM jsonb_array_elements(args) AS arg
    WHERE arg ->> 'type' NOT IN ('null', 'quoted', 'json');
    IF cardinality(types) > 1 THEN
        PERFORM erp.rule_fail('RP104', at, format('%s and %s do not go together', types[1], types[2]));
    END IF;

    common := coalesce(
        types[1],
        CASE
            WHEN cardinality(allowed) = 1 THEN allowed[1]
            WHEN args @> '[{"type": "quoted"}]' THEN 'text'
            ELSE 'null'
        END
    );
    -- beside null alone a JSON value need not be read
    jsons := jsonb_array_length(jsonb_path_query_array(args, '$[*] ? (@.type == "json")'));
    IF common = 'null' AND (jsons > 1 OR (jsons = 1 AND jsonb_array_length(args) = 1)) THEN
        PERFORM erp.rule_fail(
            'RP104', at, 'say which type', '{"number": …}, {"text": …}, {"date": …}'
        );
    END IF;
    IF common <> 'null' AND NOT common = ANY (allowed) THEN
        PERFORM erp.rule_fail('RP104', at, format('needs %s, not %s', array_to_string(allowed, ' or '), common));
    END IF;

    RETURN jsonb_build_object(
        'type', common,
        'args', (
            SELECT jsonb_agg(erp.rule_adapt(arg.value, common) ORDER BY arg.ordinality)
            FROM jsonb_array_elements(args) WITH ORDINALITY AS arg
        )
    );
END
$$;

COMMENT ON FUNCTION erp.rule_unify(jsonb, text[], text) IS
'The one type of some rule nodes, with quoted literals and JSON values adapted to it; RP104 when they disagree or the type is not allowed.';

ALTER FUNCTION erp.rule_unify(jsonb, text[], text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_unify(jsonb, text[], text) FROM PUBLIC;
