-- The operators with a fixed signature: an error goes on, a null makes the result null, and only then they are computed.
CREATE OR REPLACE FUNCTION erp.rule_eval_call(
    node jsonb,
    children jsonb
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    problem jsonb := jsonb_path_query_first(children, '$[*].error');
    operands text[];
BEGIN
    IF problem IS NOT NULL THEN
        RETURN jsonb_build_object('value', NULL, 'error', problem);
    ELSIF children @> '[{"value": null}]' THEN
        RETURN '{"value": null}';
    END IF;

    operands := ARRAY(SELECT child ->> 'value' FROM jsonb_array_elements(children) AS child);
    CASE node ->> 'by'
        WHEN 'text' THEN
            IF node ->> 'op' IN ('length', '!!') THEN
                RETURN erp.rule_measure(node ->> 'op', children -> 0 -> 'value');
            END IF;
            RETURN erp.rule_text(node ->> 'op', operands);
        WHEN 'round' THEN
            RETURN erp.rule_round(node ->> 'op', operands);
        WHEN 'calendar' THEN
            RETURN erp.rule_calendar(node, operands);
        WHEN 'cast' THEN
            RETURN erp.rule_cast(node, operands);
    END CASE;
END
$$;

COMMENT ON FUNCTION erp.rule_eval_call(jsonb, jsonb) IS
'Computes a strict operator over its evaluated arguments.';

ALTER FUNCTION erp.rule_eval_call(jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_eval_call(jsonb, jsonb) FROM PUBLIC;
