-- The second argument of "in" decides what it asks: a written list (erp.rule_bind), a text, or a list in a JSON value.
CREATE OR REPLACE FUNCTION erp.rule_bind_in(
    node jsonb,
    args jsonb
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    at text := node ->> 'at';
    united jsonb;
BEGIN
    CASE args -> 1 ->> 'type'
        WHEN 'json', 'list' THEN
            united := erp.rule_unify(args - 1, '{number,text,date,timestamp,timestamptz,boolean,uuid}', at);
            RETURN node || jsonb_build_object(
                'args', (united -> 'args') || jsonb_build_array(erp.rule_adapt(args -> 1, 'list')),
                'type', 'boolean', 'of', united -> 'type', 'within', 'list'
            );
        WHEN 'quoted', 'text', 'null' THEN
            RETURN node || erp.rule_unify(args, '{text}', at) || '{"type": "boolean", "within": "text"}';
        ELSE
            PERFORM erp.rule_fail('RP104', at, format('"in" needs a list or a text as its second argument, not a %s', args -> 1 ->> 'type'));
    END CASE;
END
$$;

COMMENT ON FUNCTION erp.rule_bind_in(jsonb, jsonb) IS
'Types an "in" whose second argument is a text or a JSON list.';

ALTER FUNCTION erp.rule_bind_in(jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_bind_in(jsonb, jsonb) FROM PUBLIC;
