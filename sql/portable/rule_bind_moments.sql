-- + and - where there is a moment or a duration: a moment is moved by durations, one after the other, and two dates are days
-- apart.
CREATE OR REPLACE FUNCTION erp.rule_bind_moments(
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
    op text := node ->> 'op';
    at text := node ->> 'at';
    moment jsonb;
    added jsonb;
    length interval;
BEGIN
    IF args @> '[{"type": "duration"}]' OR op = '+' THEN
        moment := erp.rule_want(args -> 0, '{date,timestamp,timestamptz}', at);
        FOR added IN SELECT jsonb_array_elements(args - 0) LOOP
            IF added ->> 'type' <> 'duration' THEN
                PERFORM erp.rule_fail(
                    'RP104', at, 'only a duration is added to a date or timestamp', '{"duration": "P1D"}, or date_add and datetime_add'
                );
            END IF;
            length := erp.rule_duration(added ->> 'value');
            IF moment ->> 'type' = 'date'
                AND (extract(hour FROM length), extract(minute FROM length), extract(second FROM length)) <> (0, 0, 0) THEN
                PERFORM erp.rule_fail('RP104', added ->> 'at', 'a date takes a duration of whole days');
            END IF;
        END LOOP;
        IF jsonb_array_length(args) < 2 OR moment ->> 'type' = 'null' THEN
            PERFORM erp.rule_fail(
                'RP104', at, 'a duration is added to a date or timestamp', 'say which type: {"date": …}, {"timestamp": …}, {"timestamptz": …}'
            );
        END IF;
        RETURN node || jsonb_build_object('args', jsonb_build_array(moment) || (args - 0), 'type', moment -> 'type', 'by', 'calendar');
    ELSIF op = '-' AND (args @> '[{"type": "timestamp"}]' OR args @> '[{"type": "timestamptz"}]') THEN
        PERFORM erp.rule_fail('RP104', at, 'two moments have no difference here', 'use days_between over their dates');
    ELSIF op = '-' AND jsonb_array_length(args) = 2 THEN
        RETURN node || erp.rule_unify(args, '{date}', at) || '{"op": "days", "type": "number", "by": "calendar"}';
    END IF;
    RETURN erp.rule_unify(args, '{number}', at);
END
$$;

COMMENT ON FUNCTION erp.rule_bind_moments(jsonb, jsonb) IS
'Types a sum or difference of moments: moment and durations, or two dates; anything else is RP104.';

ALTER FUNCTION erp.rule_bind_moments(jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_bind_moments(jsonb, jsonb) FROM PUBLIC;
