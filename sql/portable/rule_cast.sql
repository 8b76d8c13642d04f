CREATE OR REPLACE FUNCTION erp.rule_cast(
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
    given text := node -> 'args' -> 0 ->> 'type';
    wanted text := node ->> 'type';
    moment timestamp;
BEGIN
    IF given IN ('date', 'timestamp', 'timestamptz') AND (given <> wanted OR operands[2] IS NOT NULL) THEN
        moment := CASE given
            WHEN 'date' THEN operands[1]::date
            WHEN 'timestamp' THEN operands[1]::timestamp
            ELSE operands[1]::timestamptz AT TIME ZONE 'UTC'
        END;
        IF NOT erp.rule_in_calendar(moment) THEN
            RETURN '{"value": null, "error": {"code": "RP105", "message": "the date is out of range"}}';
        END IF;
        RETURN jsonb_build_object('value', CASE
            WHEN wanted = 'timestamp' THEN to_jsonb(moment)
            WHEN given = 'timestamp' THEN to_jsonb(moment::date)
            ELSE to_jsonb((operands[1]::timestamptz AT TIME ZONE operands[2])::date)
        END);
    ELSIF wanted = 'number' THEN
        RETURN jsonb_build_object('value', operands[1]::numeric);
    ELSIF wanted = 'boolean' THEN
        RETURN jsonb_build_object('value', operands[1]::boolean);
    END IF;
    RETURN jsonb_build_object('value', operands[1]);
EXCEPTION
    WHEN datetime_field_overflow THEN
        RETURN '{"value": null, "error": {"code": "RP105", "message": "the date is out of range"}}';
END
$$;

COMMENT ON FUNCTION erp.rule_cast(jsonb, text[]) IS
'A conversion that rule_bind_cast admitted, over a value that is known; a JSON value was read as its type already.';

ALTER FUNCTION erp.rule_cast(jsonb, text[]) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_cast(jsonb, text[]) FROM PUBLIC;
