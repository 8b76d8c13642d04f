-- Dates and times of the years 1 to 9999, in UTC, so that the session's time zone never decides; months as PostgreSQL
-- counts them: a day that a month has not becomes its last. What lies outside, and infinity, is RP105.
CREATE OR REPLACE FUNCTION erp.rule_calendar(
    node jsonb,
    operands text[]
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    op text := node ->> 'op';
    given text := node -> 'args' -> 0 ->> 'type';
    moment timestamp;
    other date;
    span text;
BEGIN
    moment := CASE given
        WHEN 'timestamptz' THEN operands[1]::timestamptz AT TIME ZONE 'UTC'
        WHEN 'date' THEN operands[1]::date
        ELSE operands[1]::timestamp
    END;
    IF op IN ('days', 'days_between') THEN
        other := operands[2]::date;
    END IF;
    IF NOT erp.rule_in_calendar(moment) OR NOT erp.rule_in_calendar(other) THEN
        RETURN '{"value": null, "error": {"code": "RP105", "message": "the date is out of range"}}';
    END IF;

    CASE op
        WHEN 'days' THEN
            RETURN jsonb_build_object('value', moment::date - other);
        WHEN 'days_between' THEN
            RETURN jsonb_build_object('value', other - moment::date);
        WHEN 'year', 'month', 'day' THEN
            RETURN jsonb_build_object('value', date_part(op, moment)::int);
        WHEN 'weekday' THEN
            RETURN jsonb_build_object('value', date_part('isodow', moment)::int);
        WHEN '+', '-' THEN
            FOREACH span IN ARRAY operands[2:] LOOP
                IF erp.rule_in_calendar(moment) THEN
                    moment := CASE op WHEN '+' THEN moment + erp.rule_duration(span) ELSE moment - erp.rule_duration(span) END;
                END IF;
            END LOOP;
        WHEN 'date_add', 'datetime_add' THEN
            IF operands[2]::numeric <> trunc(operands[2]::numeric) THEN
                RETURN '{"value": null, "error": {"code": "RP105", "message": "the number of units is not whole"}}';
            END IF;
            moment := erp.rule_move(moment, operands[2]::numeric, operands[3]);
        WHEN 'datetime_truncate' THEN
            moment := date_trunc(operands[2], moment);
        ELSE -- the start of a day
            NULL;
    END CASE;

    IF moment IS NULL OR NOT erp.rule_in_calendar(moment) THEN
        RETURN '{"value": null, "error": {"code": "RP105", "message": "the date is out of range"}}';
    END IF;
    RETURN jsonb_build_object('value', CASE node ->> 'type'
        WHEN 'date' THEN to_jsonb(moment::date)
        WHEN 'timestamp' THEN to_jsonb(moment)
        ELSE to_jsonb(moment AT TIME ZONE 'UTC')
    END);
EXCEPTION
    WHEN datetime_field_overflow THEN
        RETURN '{"value": null, "error": {"code": "RP105", "message": "the date is out of range"}}';
END
$$;

COMMENT ON FUNCTION erp.rule_calendar(jsonb, text[]) IS
'The operators of time over operands that are known.';

ALTER FUNCTION erp.rule_calendar(jsonb, text[]) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_calendar(jsonb, text[]) FROM PUBLIC;
