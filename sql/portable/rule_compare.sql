CREATE OR REPLACE FUNCTION erp.rule_compare(
    op text,
    type text,
    lhs jsonb,
    rhs jsonb
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    a text := lhs ->> 'value';
    b text := rhs ->> 'value';
    smaller boolean;
    equal boolean;
BEGIN
    IF lhs ? 'error' OR rhs ? 'error' THEN
        RETURN jsonb_build_object('value', NULL, 'error', coalesce(lhs -> 'error', rhs -> 'error'));
    END IF;
    IF a IS NULL OR b IS NULL THEN
        RETURN jsonb_build_object('value', CASE op
            WHEN '===' THEN a IS NULL AND b IS NULL
            WHEN '!==' THEN a IS NOT NULL OR b IS NOT NULL
        END);
    END IF;

    CASE type
        WHEN 'number' THEN
            smaller := a::numeric < b::numeric;
            equal := a::numeric = b::numeric;
        WHEN 'date' THEN
            smaller := a::date < b::date;
            equal := a::date = b::date;
        WHEN 'timestamp' THEN
            smaller := a::timestamp < b::timestamp;
            equal := a::timestamp = b::timestamp;
        WHEN 'timestamptz' THEN
            smaller := a::timestamptz < b::timestamptz;
            equal := a::timestamptz = b::timestamptz;
        ELSE
            smaller := a COLLATE "C" < b COLLATE "C";
            equal := a COLLATE "C" = b COLLATE "C";
    END CASE;

    RETURN jsonb_build_object('value', CASE op
        WHEN '==' THEN equal
        WHEN '===' THEN equal
        WHEN '!=' THEN NOT equal
        WHEN '!==' THEN NOT equal
        WHEN '<' THEN smaller
        WHEN '<=' THEN smaller OR equal
        WHEN '>' THEN NOT (smaller OR equal)
        WHEN '>=' THEN NOT smaller
    END);
END
$$;

COMMENT ON FUNCTION erp.rule_compare(text, text, jsonb, jsonb) IS
'Compares two evaluated nodes of one type: numbers exactly, text by bytes, dates as dates; null gives unknown but for === and !==.';

ALTER FUNCTION erp.rule_compare(text, text, jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_compare(text, text, jsonb, jsonb) FROM PUBLIC;
