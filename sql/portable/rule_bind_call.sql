-- Typing of the operators that have a fixed signature; "by" names the function that computes them. They are strict.
CREATE OR REPLACE FUNCTION erp.rule_bind_call(
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
    moments CONSTANT text[] := '{timestamp,timestamptz}';
    op text := node ->> 'op';
    at text := node ->> 'at';
    first jsonb;
BEGIN
    CASE
        WHEN op IN ('cat', 'lower', 'upper', 'trim') THEN
            RETURN node || erp.rule_unify(args, '{text}', at) || '{"type": "text", "by": "text"}';
        WHEN op IN ('startswith', 'endswith', 'contains', 'like', 'regextest') THEN
            RETURN node || erp.rule_unify(args, '{text}', at) || '{"type": "boolean", "by": "text"}';
        WHEN op = 'substr' THEN
            first := erp.rule_want(args -> 0, '{text}', at);
            RETURN node || jsonb_build_object(
                'args', jsonb_build_array(first) || (erp.rule_unify(args - 0, '{number}', at) -> 'args'), 'type', 'text', 'by', 'text'
            );
        WHEN op IN ('length', '!!') THEN
            -- a JSON value that no cast gives another type is a list here, as nothing else could be meant by it alone
            first := args -> 0;
            IF first ->> 'type' IN ('json', 'list') THEN
                first := erp.rule_adapt(first, 'list');
            ELSE
                first := erp.rule_want(first, CASE op WHEN 'length' THEN '{text}'::text[] ELSE '{boolean,number,text}' END, at);
            END IF;
            RETURN node || jsonb_build_object(
                'args', jsonb_build_array(first), 'type', CASE op WHEN 'length' THEN 'number' ELSE 'boolean' END, 'by', 'text'
            );
        WHEN op IN ('neg', 'floor', 'ceil') THEN
            RETURN node || erp.rule_unify(args, '{number}', at) || '{"type": "number", "by": "round"}';
        WHEN op = 'round' THEN
            RETURN node || jsonb_build_object(
                'args', jsonb_build_array(erp.rule_want(args -> 0, '{number}', at)) || (args - 0), 'type', 'number', 'by', 'round'
            );
        WHEN op = 'start_of_today' THEN
            RETURN node || jsonb_build_object('args', args, 'type', 'timestamptz', 'by', 'calendar');
        WHEN op = 'days_between' THEN
            RETURN node || erp.rule_unify(args, '{date}', at) || '{"type": "number", "by": "calendar"}';
        WHEN op IN ('year', 'month', 'day', 'weekday') THEN
            first := erp.rule_want(args -> 0, moments || '{date}', at);
            RETURN node || jsonb_build_object('args', jsonb_build_array(first), 'type', 'number', 'by', 'calendar');
        WHEN op = 'datetime_truncate' THEN
            first := erp.rule_want(args -> 0, moments, at);
            RETURN node || jsonb_build_object(
                'args', jsonb_build_array(first, args -> 1), 'type', first -> 'type', 'by', 'calendar'
            );
        WHEN op IN ('date_add', 'datetime_add') THEN
            first := erp.rule_want(args -> 0, CASE op WHEN 'date_add' THEN '{date}' ELSE moments END, at);
            RETURN node || jsonb_build_object(
                'args', jsonb_build_array(first, erp.rule_want(args -> 1, '{number}', at), args -> 2),
                'type', CASE op WHEN 'date_add' THEN '"date"' ELSE first -> 'type' END, 'by', 'calendar'
            );
        ELSE
            RETURN erp.rule_bind_cast(node, args);
    END CASE;
END
$$;

COMMENT ON FUNCTION erp.rule_bind_call(jsonb, jsonb) IS
'Types an operator of text, time or rounding, or a conversion, over arguments that are bound already.';

ALTER FUNCTION erp.rule_bind_call(jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_bind_call(jsonb, jsonb) FROM PUBLIC;
